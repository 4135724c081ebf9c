"""The Python libraries, each driven as its manual says: a visitor, who signs in, buys, and had another device.

A drive gets the address, the key and the words of the story, and returns once the library says that all is sent.
"""

import logging
import sys
import uuid
from dataclasses import dataclass

from posthog import Posthog
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient
from sensorsanalytics import BatchConsumer, SensorsAnalytics
from snowplow_tracker import Emitter, PageView, ScreenView, SelfDescribing, SelfDescribingJson, Subject, Tracker

# It tells of every request.
logging.getLogger("snowplow_tracker.emitters").setLevel(logging.WARNING)


@dataclass
class Words:
    """What one story says; `visitor` and `device` are ids of the sort the library's browser build makes."""

    url: str
    key: str
    page: str
    person: str
    visitor: str
    device: str
    email: str
    order: str


def segment_python(words):
    segment_calls(SegmentClient(words.key, host=words.url, on_error=refused, gzip=True), words)


def rudder_python(words):
    segment_calls(RudderClient(words.key, host=words.url, on_error=refused, gzip=True), words)


def segment_calls(client, words):
    client.page(anonymous_id=words.visitor, name="Shoes", properties={"url": words.page, "title": "Shoes"})
    client.identify(words.person, {"email": words.email, "plan": "gold"}, anonymous_id=words.visitor)
    client.track(words.person, "Order Completed", {"order_id": words.order, "revenue": 99.5, "currency": "CNY"})
    client.screen(anonymous_id=words.device, name="Basket")
    client.alias(words.device, words.person)
    client.flush()
    client.shutdown()


def refused(error, _messages):
    """Called in the library's own thread; what is missing then fails the story."""
    print(f"the library gave up: {error}", file=sys.stderr)


def posthog_python(words):
    client = Posthog(words.key, host=words.url, gzip=True, on_error=refused, disable_geoip=True)
    client.capture(
        "$pageview",
        distinct_id=words.visitor,
        properties={"$current_url": words.page, "$process_person_profile": False},
    )
    client.capture(
        "$identify",
        distinct_id=words.person,
        properties={"$anon_distinct_id": words.visitor, "$set": {"email": words.email}},
    )
    client.set(distinct_id=words.person, properties={"plan": "gold"})
    client.capture(
        "Order Completed",
        distinct_id=words.person,
        properties={"order_id": words.order, "revenue": 99.5, "currency": "CNY"},
    )
    client.capture("$screen", distinct_id=words.device, properties={"$screen_name": "Basket"})
    client.alias(previous_id=words.device, distinct_id=words.person)
    client.flush()
    client.shutdown()


def snowplow_python(words):
    host, port = words.url.removeprefix("http://").split(":")
    emitter = Emitter(host, protocol="http", port=int(port), batch_size=10)
    subject = Subject().set_domain_user_id(words.visitor).set_platform("web").set_timezone("Asia/Shanghai")
    tracker = Tracker("shop", emitter, subject=subject, app_id=words.key)
    tracker.track(PageView(page_url=words.page, page_title="Shoes"))
    subject.set_user_id(words.person)
    vendor = "iglu:com.snowplowanalytics.snowplow.ecommerce"
    tracker.track(
        SelfDescribing(
            SelfDescribingJson(f"{vendor}/snowplow_ecommerce_action/jsonschema/1-0-2", {"type": "transaction"}),
            context=[
                SelfDescribingJson(
                    f"{vendor}/transaction/jsonschema/1-0-0",
                    {"transaction_id": words.order, "revenue": 99.5, "currency": "CNY"},
                )
            ],
        )
    )
    other = Subject().set_domain_user_id(words.device).set_user_id(words.person).set_platform("app")
    tracker.track(ScreenView(id_=str(uuid.uuid4()), name="Basket", event_subject=other))
    tracker.flush()


def sensors_python(words):
    consumer = BatchConsumer(f"{words.url}/sa?project=default&token={words.key}")
    client = SensorsAnalytics(consumer)
    client.track(words.visitor, "$pageview", {"$url": words.page})
    client.track_signup(words.person, words.visitor)
    client.profile_set(words.person, {"email": words.email, "plan": "gold"}, is_login_id=True)
    order = {"orderID": words.order, "orderAmount": 99.5, "currency": "CNY"}
    client.track(words.person, "PayOrder", order, is_login_id=True)
    client.flush()
    client.close()


DRIVES = {
    "posthog-python": posthog_python,
    "rudder-python": rudder_python,
    "segment-python": segment_python,
    "sensors-python": sensors_python,
    "snowplow-python": snowplow_python,
}
