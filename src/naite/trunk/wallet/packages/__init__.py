"""Submission packages (제출 꾸러미): chosen evidence for one recipient, by a link that ends."""
