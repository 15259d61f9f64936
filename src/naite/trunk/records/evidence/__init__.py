"""Papers that learners attach to what they wrote."""
