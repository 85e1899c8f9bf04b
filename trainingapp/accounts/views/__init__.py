"""The pages of accounts, people and organisations."""

from trainingapp.accounts.views import account, hand_over, list_of_officers, organisations, people, roles, sign_in
from trainingapp.accounts.views.blueprint import bp

__all__ = ["account", "bp", "hand_over", "list_of_officers", "organisations", "people", "roles", "sign_in"]
