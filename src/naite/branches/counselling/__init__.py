"""Questions and answers, help pages, counselling sessions, and what learners say of courses."""
