"""Every promise of a verb is tested with every case of its file."""


def pytest_generate_tests(metafunc):
    """Give a test of `EveryVerb` the cases of its class, by the name of the verb."""
    cases = getattr(metafunc.cls, "cases", None)
    if cases and "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases, ids=[case.verb for case in cases])
