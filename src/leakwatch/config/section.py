"""The manner of every configuration section: frozen, and unknown keys refused."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A typed piece of the configuration; a misspelt key is an error, not a default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)
