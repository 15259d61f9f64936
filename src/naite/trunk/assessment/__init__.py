"""Results and completion of an enrolment."""
