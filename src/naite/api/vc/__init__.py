"""The W3C's VC-API over credcore: one instance per form of proof, for other people's conformance programs.

Off unless ``NAITE_VC_API`` says otherwise. It knows nothing of learners and badges: the keys of the instances are
their own, and what they sign is not recorded.
"""
