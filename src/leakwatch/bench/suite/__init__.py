"""`leakwatch bench`: the suite of cases, who watches them, and the report."""
