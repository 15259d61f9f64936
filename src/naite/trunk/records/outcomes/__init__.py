"""Use of results (결과 활용): what an entry could count for elsewhere, and what the learner made of it."""
