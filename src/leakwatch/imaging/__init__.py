"""The causal core: attenuation, motion, cement, leak, alarm."""
