"""Who made an object, as it says itself; nothing is imported for it, so that a service can ask cheaply."""

MANUFACTURER = "leakwatch"
MODEL = "leakwatch"
SERIAL = "none"
