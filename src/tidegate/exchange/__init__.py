"""A venue on loopback that real clients trade against, and that fails on command."""
