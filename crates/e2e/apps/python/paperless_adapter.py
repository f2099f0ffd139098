"""Who may sign up and sign in with a password, as Paperless-ngx decides it from its variables."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.forms import ValidationError


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return settings.ACCOUNT_ALLOW_SIGNUPS

    def pre_authenticate(self, request, **credentials):
        if settings.DISABLE_REGULAR_LOGIN:
            raise ValidationError("closed")
        return super().pre_authenticate(request, **credentials)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin):
        return settings.SOCIALACCOUNT_ALLOW_SIGNUPS
