"""Pulumi's provider protocol on the public gRPC stubs."""
