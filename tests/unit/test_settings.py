# SPDX-License-Identifier: Apache-2.0
"""Settings from an environment, each default and each refusal."""

from pathlib import Path

import pytest

from nguon.settings import SettingsError, load


def test_defaults() -> None:
    settings = load({})
    assert settings.data == Path("var")
    assert settings.database_url == "sqlite:///var/nguon.sqlite"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.base_url == "http://localhost:8000"
    assert settings.max_body == 256 * 1024 * 1024
    assert settings.max_events == 1_000_000
    assert settings.max_whole == 10_000
    assert settings.sync_body == 1024 * 1024
    assert 1 <= settings.workers <= 8
    assert settings.log_level == "info"
    assert settings.spool == Path("var/spool")


def test_from_the_environment() -> None:
    settings = load(
        {
            "NGUON_DATA": "/srv/nguon",
            "NGUON_DATABASE_URL": "postgresql://localhost/nguon",
            "NGUON_HOST": "2001:db8::1",
            "NGUON_PORT": "8080",
            "NGUON_BASE_URL": "",
            "NGUON_WORKERS": "0",
            "NGUON_LOG_LEVEL": "WARNING",
        }
    )
    assert settings.data == Path("/srv/nguon")
    assert settings.database_url == "postgresql://localhost/nguon"
    assert settings.base_url == "http://[2001:db8::1]:8080"
    assert settings.workers == 0
    assert settings.log_level == "warning"
    assert load({"NGUON_BASE_URL": "https://nguon.example/"}).base_url == "https://nguon.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NGUON_PORT", "65536"),
        ("NGUON_PORT", "-1"),
        ("NGUON_PORT", "http"),
        ("NGUON_PORT", "٣"),
        ("NGUON_MAX_BODY", "1023"),
        ("NGUON_MAX_EVENTS", "0"),
        ("NGUON_WORKERS", "65"),
    ],
)
def test_numbers_that_cannot_be_used(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({name: value})
    assert refused.value.code == "settings.number"
    assert refused.value.params["name"] == name
    assert refused.value.params["value"] == value


def test_unknown_choice() -> None:
    with pytest.raises(SettingsError) as refused:
        load({"NGUON_LOG_LEVEL": "loud"})
    with pytest.raises(SettingsError, match=r"settings.choice"):
        load({"NGUON_LOG_SHARD_PERIOD": "week"})
    assert refused.value.code == "settings.choice"
