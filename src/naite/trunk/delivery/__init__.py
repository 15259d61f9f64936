"""Programmes, course runs, sessions, enrolment and attendance."""
