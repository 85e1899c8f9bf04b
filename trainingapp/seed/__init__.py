"""The demonstration office.

It is one story and stands above all features, which do not declare chapters of it: each of its sessions goes from the
first request to the certificate, and its people, courses and calls name each other.
"""
