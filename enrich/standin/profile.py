"""What the service says of a key's owner: quotas, and calls by day."""

from __future__ import annotations

from enrich.standin.quota import Account, Instant

USER = "stand-in-user"


def usage(account: Account) -> dict[str, object]:
    """``data`` of ``/users/{id}/api_usage``."""
    daily = {day: {"files": calls} for day, calls in sorted(account.purse.days.items()) if calls}
    return {"daily": daily, "total": {"files": sum(account.purse.days.values())}}


def profile(account: Account, at: Instant) -> dict[str, object]:
    """``data`` of ``/users/{id}``: quotas flat, without user and group."""
    quotas = {name: quota["user"] for name, quota in account.overall_quotas(at).items()}
    return {
        "id": USER,
        "type": "user",
        "links": {"self": f"https://www.virustotal.com/api/v3/users/{USER}"},
        "attributes": {"first_name": "Stand-in", "status": "active", "quotas": quotas, "privileges": {}},
    }
