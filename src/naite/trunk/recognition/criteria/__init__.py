"""Criteria (평가인정 기준): writing, publishing and retiring versions."""
