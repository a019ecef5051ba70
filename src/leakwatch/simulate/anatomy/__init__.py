"""Patients at rest: bone, soft tissue and gas, and where a needle and cement can go in them."""
