"""Funding schemes: rules as dated data, the commission as code."""
