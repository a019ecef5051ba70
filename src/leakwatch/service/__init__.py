"""A durable service around the analysis: what arrives is queued, analysed once and sent on."""
