"""Tests of the detectors and of how their answers are joined."""
