"""The same as tags: `{% load enrichment_addresses %}`."""

from django import template

from enrichment import addresses

register = template.Library()

register.simple_tag(addresses.entities_url)
register.simple_tag(addresses.runs_url)
register.simple_tag(addresses.spared_url)
register.simple_tag(addresses.coverage_url)
register.simple_tag(addresses.coverage_file_url)
