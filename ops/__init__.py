"""The commands that people run beside Pulumi's own: `python -m ops --help` lists them."""
