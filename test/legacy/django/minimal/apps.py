from django.apps import AppConfig


class MinimalConfig(AppConfig):
    name = "minimal"
    label = "dispatch"
