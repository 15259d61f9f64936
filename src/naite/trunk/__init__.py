"""One app per step of the main path; an earlier step never calls a later one."""
