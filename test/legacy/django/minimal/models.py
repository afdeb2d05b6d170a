"""Nothing but what a migration requires, as Django makes it by itself: constraints and all."""
from django.conf import settings
from django.db import models


class Patient(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    birthdate = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    updated_at = models.DateTimeField(auto_now=True)


class Project(models.Model):
    name = models.CharField(max_length=200)


class State(models.Model):
    name = models.CharField(max_length=60)
    project = models.ForeignKey(Project, on_delete=models.CASCADE)


class Template(models.Model):
    name = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    state = models.ForeignKey(State, null=True, on_delete=models.SET_NULL)
