"""What leakwatch is measured against: plain methods of today, and the ideal observer."""
