"""Exported video: pictures for the eye, without dose, geometry or clock of their own."""
