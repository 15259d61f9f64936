"""credcore: Open Badges 3.0 and W3C Verifiable Credentials without a framework, a network or a clock."""
