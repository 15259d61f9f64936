"""What learners write into the sections of their account: kinds as data, their rules, writing and correcting."""
