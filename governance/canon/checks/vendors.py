"""How vendors show in code: the hosts they answer at, their packages, and what those are imported as.

The canon says who may be called; this only says by what to know them, so it changes without a new
version of the canon. A host stands for those below it, and may go on with the start of a path.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traces:
    hosts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


# by slug of the canon's tools; one that the canon lists no more is a finding from then on
OF_TOOLS = {
    "mx-lookup": Traces(),
    "smtp-check": Traces(),
    "linkedin-check": Traces(hosts=("linkedin.com",)),
    "firecrawl": Traces(("firecrawl.dev",), ("firecrawl-py", "firecrawl"), ("firecrawl",)),
    "scraper-api": Traces(("scraperapi.com",), ("scraperapi-sdk",), ("scraperapi_sdk",)),
    "google-places": Traces(
        ("places.googleapis.com", "maps.googleapis.com/maps/api/place"),
        ("googlemaps", "google-maps-places"),
        ("googlemaps", "google.maps.places", "google.maps.places_v1"),
    ),
    "composio-router": Traces(("composio.dev",), ("composio", "composio-core"), ("composio",)),
    "hunter-enricher": Traces(("hunter.io",), ("pyhunter",), ("pyhunter",)),
    "apollo-enricher": Traces(hosts=("apollo.io",)),
    "email-verifier": Traces(hosts=("millionverifier.com",)),
    "retell-caller": Traces(("retellai.com",), ("retell-sdk",), ("retell",)),
}
# by name of the canon's banned vendors
OF_BANNED = {
    "ZoomInfo": Traces(
        ("zoominfo.com",),
        ("zoominfo", "zi-auth-client", "zi-api-auth-client"),
        ("zoominfo", "zi_auth_client", "zi_api_auth_client"),
    ),
    "Lusha": Traces(("lusha.com", "lusha.co"), ("lusha",), ("lusha",)),
    "Seamless.AI": Traces(hosts=("seamless.ai",)),
    "LinkedIn Sales Navigator": Traces(
        hosts=("linkedin.com/sales", "linkedin.com/sales-api"),
    ),
    "Diffbot": Traces(("diffbot.com",), ("diffbot",), ("diffbot",)),
    "Clearbit": Traces(("clearbit.com",), ("clearbit",), ("clearbit",)),
    "Clay": Traces(hosts=("clay.com", "clay.run")),
    "Prospeo": Traces(("prospeo.io",), ("prospeo",), ("prospeo",)),
    "Snov": Traces(("snov.io",), ("snovio",), ("snovio",)),
}
# of the same trades, which the canon neither lists nor bans by name
OF_OTHERS = {
    "Apify": Traces(("apify.com",), ("apify", "apify-client"), ("apify", "apify_client")),
    "Bland AI": Traces(hosts=("bland.ai",)),
    "Bouncer": Traces(hosts=("usebouncer.com",)),
    "Bright Data": Traces(("brightdata.com",), ("brightdata-sdk",), ("brightdata",)),
    "Cognism": Traces(hosts=("cognism.com",)),
    "ContactOut": Traces(hosts=("contactout.com",)),
    "DeBounce": Traces(hosts=("debounce.io", "debounce.com")),
    "Dropcontact": Traces(hosts=("dropcontact.com", "dropcontact.io")),
    "Emailable": Traces(("emailable.com",), ("emailable",), ("emailable",)),
    "FullContact": Traces(("fullcontact.com",), ("fullcontact",), ("fullcontact",)),
    "Kickbox": Traces(("kickbox.com",), ("kickbox",), ("kickbox",)),
    "linkedin-api": Traces((), ("linkedin-api",), ("linkedin_api",)),
    "NeverBounce": Traces(("neverbounce.com",), ("neverbounce-sdk",), ("neverbounce_sdk",)),
    "Oxylabs": Traces(("oxylabs.io",), ("oxylabs",), ("oxylabs",)),
    "People Data Labs": Traces(
        ("peopledatalabs.com",),
        ("peopledatalabs",),
        ("peopledatalabs",),
    ),
    "PhantomBuster": Traces(hosts=("phantombuster.com",)),
    "Proxycurl": Traces(("nubela.co", "proxycurl.com"), ("proxycurl-py",), ("proxycurl",)),
    "RocketReach": Traces(("rocketreach.co",), ("rocketreach",), ("rocketreach",)),
    "ScrapingBee": Traces(("scrapingbee.com",), ("scrapingbee",), ("scrapingbee",)),
    "SerpApi": Traces(("serpapi.com",), ("google-search-results", "serpapi"), ("serpapi",)),
    "Serper": Traces(hosts=("serper.dev",)),
    "Twilio": Traces(("twilio.com",), ("twilio",), ("twilio",)),
    "UpLead": Traces(hosts=("uplead.com",)),
    "Vapi": Traces(("vapi.ai",), ("vapi-server-sdk",), ("vapi",)),
    "ZenRows": Traces(("zenrows.com",), ("zenrows",), ("zenrows",)),
    "ZeroBounce": Traces(("zerobounce.net",), ("zerobouncesdk",), ("zerobouncesdk",)),
}
