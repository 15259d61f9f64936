"""The committee: members, meetings, decisions."""
