"""What must stand in the lake after each library was driven: the same customer story in each vendor's words."""

from dataclasses import dataclass

PAGE_VIEW, SCREEN_VIEW = "page_view", "screen_view"
AMOUNT, CURRENCY, PAGE, PLAN = 99.5, "CNY", "/shoes", "gold"
ADDRESS = "https://shop.example/shoes?utm_source=newsletter&utm_medium=email&utm_campaign=autumn"
# That of the source, where the library does not say another.
CHANNEL = "web"
# What the address says of the campaign.
CAMPAIGN = {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "autumn"}


@dataclass
class Story:
    """`events`: how often each name must be there, no others. `bought`: the event that holds the order.

    `traits`: whether the protocol carries traits; `reaches`: whether an e-mail among them is an identifier. `again`:
    whether messages have an id or a time of their own, so that sending them again adds nothing; a message without
    either is new each time it is sent. `stumble`: the first request is refused with 503, and the library must send it
    again. `currency`: None where the protocol has none. `page`, `channel`: of what the visitor saw.
    """

    events: dict
    bought: str
    traits: bool = True
    again: bool = True
    stumble: bool = False
    reaches: bool = True
    currency: str | None = CURRENCY
    page: str = PAGE
    channel: str = CHANNEL


def segment(**more):
    calls = {PAGE_VIEW: 1, "$identify": 1, "Order Completed": 1, SCREEN_VIEW: 1, "$alias": 1}
    return Story(calls, "Order Completed", **more)


STORIES = {
    "segment-python": segment(stumble=True),
    "rudder-python": segment(),
    "posthog-python": Story(
        {PAGE_VIEW: 1, "$identify": 1, "$profile_set": 1, "Order Completed": 1, SCREEN_VIEW: 1, "$alias": 1},
        "Order Completed",
    ),
    "snowplow-python": Story({PAGE_VIEW: 1, "transaction": 1, SCREEN_VIEW: 1}, "transaction", traits=False),
    "sensors-python": Story({PAGE_VIEW: 1, "$identify": 1, "$profile_set": 1, "PayOrder": 1}, "PayOrder"),
    "segment-node": segment(stumble=True),
    "rudder-node": segment(),
    "posthog-node": Story(
        {PAGE_VIEW: 1, "$identify": 1, "Order Completed": 1, SCREEN_VIEW: 1, "$alias": 1},
        "Order Completed",
        stumble=True,
    ),
    "snowplow-node": Story({PAGE_VIEW: 1, "transaction": 1, SCREEN_VIEW: 1}, "transaction", traits=False, stumble=True),
    "matomo-node": Story({PAGE_VIEW: 2, "purchase": 1}, "purchase", traits=False, currency=None),
    "sensors-node": Story({PAGE_VIEW: 1, "$identify": 1, "$profile_set": 1, "PayOrder": 1}, "PayOrder"),
    # Google's terms forbid personal data here; what is sent all the same is a trait and no way to reach somebody.
    "ga4-mp": Story({PAGE_VIEW: 1, "login": 1, "purchase": 1}, "purchase", reaches=False),
    "gtag-hits": Story({PAGE_VIEW: 1, "login": 1, "purchase": 1}, "purchase", reaches=False, again=False),
    "segment-browser": segment(),
    "rudder-browser": Story({PAGE_VIEW: 1, "$identify": 1, "Order Completed": 1, "$alias": 1}, "Order Completed"),
    "posthog-browser": Story({PAGE_VIEW: 1, "$identify": 1, "Order Completed": 1, "$alias": 1}, "Order Completed"),
    "snowplow-browser": Story({PAGE_VIEW: 1, "transaction": 1}, "transaction", traits=False),
    # The second sets once when the visitor came first.
    "sensors-browser": Story({PAGE_VIEW: 1, "$identify": 1, "$profile_set": 2, "PayOrder": 1}, "PayOrder"),
    # It sets once when the visitor came first, and by which campaign.
    "sensors-miniprogram": Story(
        {"app_start": 1, "app_show": 1, SCREEN_VIEW: 1, "$identify": 1, "$profile_set": 3, "PayOrder": 1},
        "PayOrder",
        page="pages/shoes",
        channel="wechat_mini_program",
    ),
}
