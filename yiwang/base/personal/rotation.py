"""Re-encrypts every personal column under the current key, in batches, while the platform runs."""

from __future__ import annotations

from collections import Counter

from django.apps import apps
from django.db import models, transaction

from yiwang.base.personal.fields import PersonalField, personal_fields
from yiwang.base.personal.keyring import drop_key, ring
from yiwang.base.personal.sealed import VERSION, Sealed


def rotate(batch: int = 500) -> int:
    """Re-encrypt what is not under the current key; returns how many values. Safe to stop and repeat.

    A value somebody changes meanwhile is left as they wrote it (already under the current key).
    """
    done = 0
    for model in apps.get_models():
        for field in personal_fields(model):
            while n := _rotate_batch(model, field, batch):
                done += n
    return done


def keys_in_use() -> Counter[str]:
    """How many stored values each key id seals."""
    found: Counter[str] = Counter()
    for model in apps.get_models():
        for field in personal_fields(model):
            for key_id in ring().keys:
                rows = model._base_manager.filter(**{f"{field.name}__token_prefix": f"{VERSION}.{key_id}."})
                found[key_id] += rows.count()
    return +found


def drop_unused_keys() -> list[str]:
    """Take keys that seal nothing out of the ring (backups made before can then no longer be read); their ids."""
    used = keys_in_use()
    idle = [key_id for key_id in ring().keys if key_id != ring().current and not used[key_id]]
    for key_id in idle:
        drop_key(key_id)
    return idle


def _rotate_batch(model: type[models.Model], field: PersonalField, batch: int) -> int:
    name = field.name
    current = {f"{name}__token_prefix": f"{VERSION}.{ring().current}."}
    rows = model._base_manager.filter(**{f"{name}__isnull": False}).exclude(**current).order_by("pk")
    done = 0
    with transaction.atomic():
        for pk, sealed in rows.values_list("pk", name)[:batch]:
            fresh = Sealed.of(field.kind, sealed.open())
            same = model._base_manager.filter(pk=pk, **{f"{name}__token": sealed.token})
            same.update(**{name: fresh})
            done += 1
    return done
