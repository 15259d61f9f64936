"""Recognition (평가인정) of courses as a fact: what is covered, from when, until when."""
