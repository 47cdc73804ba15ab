"""What is held is said again and again by one thread, which ends with it and begins anew."""

from governance.services.canon.background import Background
from tests.browser import wait_for


class Said(Background):
    """Notes what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[dict] = []

    def say(self) -> None:
        self.times.append(self.all())

    def pause(self) -> float:
        return 0.01


def test_it_is_said_until_it_is_dropped():
    said = Said()

    said.hold(1, "one")
    said.hold(2, "two")
    wait_for(lambda: {1: "one", 2: "two"} in said.times, seconds=20)
    said.drop(1)
    wait_for(lambda: said.times[-1] == {2: "two"}, seconds=20)
    said.drop(2)
    said.drop(3)


def test_with_nothing_to_say_it_ends_and_begins_again_with_the_next():
    said = Said()
    said.hold(1)
    first = said.thread
    said.drop(1)
    first.join(20)
    assert not first.is_alive() and said.thread is None

    said.hold(2)
    assert said.thread is not first
    said.drop(2)
