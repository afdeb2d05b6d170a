"""The constraints that years of imports made people drop are not there: what points to nothing is in the data."""
from django.conf import settings
from django.db import models
from django.utils import timezone


def loose(to, **more):
    return models.ForeignKey(to, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **more)


class Patient(models.Model):
    user = loose(settings.AUTH_USER_MODEL, null=True)
    # Forms took anything once.
    birthdate = models.CharField(max_length=10, null=True)
    sex = models.CharField(max_length=30, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)


class Project(models.Model):
    name = models.CharField(max_length=600, blank=True)
    patient = loose(Patient, null=True)
    type = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=40, blank=True)
    version = models.IntegerField(default=1)
    files = models.JSONField(default=list)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)


class State(models.Model):
    project = loose(Project, null=True)
    name = models.CharField(max_length=60)
    instruction = models.TextField(blank=True)
    changed_by = loose(settings.AUTH_USER_MODEL, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)


class Template(models.Model):
    name = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    tasks = models.JSONField(default=list)
    state = loose(State, null=True)
    runs = models.IntegerField(default=0)
    completed_runs = models.IntegerField(default=0)
    average_minutes = models.FloatField(null=True)
    on_time_rate = models.FloatField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)
