"""Decisions about calls, nominations and selections."""
