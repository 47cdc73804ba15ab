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
    "linkedin-check": Traces(
        hosts=("linkedin.com",),
    ),
    "firecrawl": Traces(
        hosts=("firecrawl.dev",),
        packages=(
            "firecrawl-py",
            "firecrawl",
        ),
        modules=("firecrawl",),
    ),
    "scraper-api": Traces(
        hosts=("scraperapi.com",),
        packages=("scraperapi-sdk",),
        modules=("scraperapi_sdk",),
    ),
    "google-places": Traces(
        hosts=(
            "places.googleapis.com",
            "maps.googleapis.com/maps/api/place",
        ),
        packages=(
            "googlemaps",
            "google-maps-places",
        ),
        modules=(
            "googlemaps",
            "google.maps.places",
            "google.maps.places_v1",
        ),
    ),
    "composio-router": Traces(
        hosts=("composio.dev",),
        packages=(
            "composio",
            "composio-core",
        ),
        modules=("composio",),
    ),
    "hunter-enricher": Traces(
        hosts=("hunter.io",),
        packages=("pyhunter",),
        modules=("pyhunter",),
    ),
    "apollo-enricher": Traces(
        hosts=("apollo.io",),
    ),
    "email-verifier": Traces(
        hosts=("millionverifier.com",),
    ),
    "retell-caller": Traces(
        hosts=("retellai.com",),
        packages=("retell-sdk",),
        modules=("retell",),
    ),
}
# by name of the canon's banned vendors
OF_BANNED = {
    "ZoomInfo": Traces(
        hosts=("zoominfo.com",),
        packages=(
            "zoominfo",
            "zi-auth-client",
            "zi-api-auth-client",
        ),
        modules=(
            "zoominfo",
            "zi_auth_client",
            "zi_api_auth_client",
        ),
    ),
    "Lusha": Traces(
        hosts=(
            "lusha.com",
            "lusha.co",
        ),
        packages=("lusha",),
        modules=("lusha",),
    ),
    "Seamless.AI": Traces(
        hosts=("seamless.ai",),
    ),
    "LinkedIn Sales Navigator": Traces(
        hosts=(
            "linkedin.com/sales",
            "linkedin.com/sales-api",
        ),
    ),
    "Diffbot": Traces(
        hosts=("diffbot.com",),
        packages=("diffbot",),
        modules=("diffbot",),
    ),
    "Clearbit": Traces(
        hosts=("clearbit.com",),
        packages=("clearbit",),
        modules=("clearbit",),
    ),
    "Clay": Traces(
        hosts=(
            "clay.com",
            "clay.run",
        ),
    ),
    "Prospeo": Traces(
        hosts=("prospeo.io",),
        packages=("prospeo",),
        modules=("prospeo",),
    ),
    "Snov": Traces(
        hosts=("snov.io",),
        packages=("snovio",),
        modules=("snovio",),
    ),
}
# of the same trades, which the canon neither lists nor bans by name
OF_OTHERS = {
    "Apify": Traces(
        hosts=("apify.com",),
        packages=(
            "apify",
            "apify-client",
        ),
        modules=(
            "apify",
            "apify_client",
        ),
    ),
    "Bland AI": Traces(
        hosts=("bland.ai",),
    ),
    "Bouncer": Traces(
        hosts=("usebouncer.com",),
    ),
    "Bright Data": Traces(
        hosts=("brightdata.com",),
        packages=("brightdata-sdk",),
        modules=("brightdata",),
    ),
    "Cognism": Traces(
        hosts=("cognism.com",),
    ),
    "ContactOut": Traces(
        hosts=("contactout.com",),
    ),
    "DeBounce": Traces(
        hosts=(
            "debounce.io",
            "debounce.com",
        ),
    ),
    "Dropcontact": Traces(
        hosts=(
            "dropcontact.com",
            "dropcontact.io",
        ),
    ),
    "Emailable": Traces(
        hosts=("emailable.com",),
        packages=("emailable",),
        modules=("emailable",),
    ),
    "FullContact": Traces(
        hosts=("fullcontact.com",),
        packages=("fullcontact",),
        modules=("fullcontact",),
    ),
    "Kickbox": Traces(
        hosts=("kickbox.com",),
        packages=("kickbox",),
        modules=("kickbox",),
    ),
    "linkedin-api": Traces(
        packages=("linkedin-api",),
        modules=("linkedin_api",),
    ),
    "NeverBounce": Traces(
        hosts=("neverbounce.com",),
        packages=("neverbounce-sdk",),
        modules=("neverbounce_sdk",),
    ),
    "Oxylabs": Traces(
        hosts=("oxylabs.io",),
        packages=("oxylabs",),
        modules=("oxylabs",),
    ),
    "People Data Labs": Traces(
        hosts=("peopledatalabs.com",),
        packages=("peopledatalabs",),
        modules=("peopledatalabs",),
    ),
    "PhantomBuster": Traces(
        hosts=("phantombuster.com",),
    ),
    "Proxycurl": Traces(
        hosts=(
            "nubela.co",
            "proxycurl.com",
        ),
        packages=("proxycurl-py",),
        modules=("proxycurl",),
    ),
    "RocketReach": Traces(
        hosts=("rocketreach.co",),
        packages=("rocketreach",),
        modules=("rocketreach",),
    ),
    "ScrapingBee": Traces(
        hosts=("scrapingbee.com",),
        packages=("scrapingbee",),
        modules=("scrapingbee",),
    ),
    "SerpApi": Traces(
        hosts=("serpapi.com",),
        packages=(
            "google-search-results",
            "serpapi",
        ),
        modules=("serpapi",),
    ),
    "Serper": Traces(
        hosts=("serper.dev",),
    ),
    "Twilio": Traces(
        hosts=("twilio.com",),
        packages=("twilio",),
        modules=("twilio",),
    ),
    "UpLead": Traces(
        hosts=("uplead.com",),
    ),
    "Vapi": Traces(
        hosts=("vapi.ai",),
        packages=("vapi-server-sdk",),
        modules=("vapi",),
    ),
    "ZenRows": Traces(
        hosts=("zenrows.com",),
        packages=("zenrows",),
        modules=("zenrows",),
    ),
    "ZeroBounce": Traces(
        hosts=("zerobounce.net",),
        packages=("zerobouncesdk",),
        modules=("zerobouncesdk",),
    ),
}
