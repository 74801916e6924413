"""What people call time zones besides what tzdata calls them: in English, by large cities, states and nicknames."""

from __future__ import annotations

COMMON = """
America/New_York: Eastern Time, ET, EST5EDT, NYC, New York City, Boston, Philadelphia, Miami, DC, Washington DC
America/New_York: Atlanta
Europe/London: UK, GB, United Kingdom, Great Britain, Northern Ireland, England, Scotland, Wales, British Time
America/Chicago: Central Time, CT, CST6CDT, Dallas, Houston, Austin, Minneapolis, New Orleans, St. Louis, Kansas City
America/Los_Angeles: Pacific Time, PT, PST8PDT, LA, SF, San Francisco, San Diego, Seattle, Las Vegas, Vegas
Asia/Kolkata: Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Hyderabad
Europe/Berlin: Germany, Munich, München, Hamburg, Frankfurt, Cologne
Europe/Paris: Central European Time, Lyon, Marseille
America/Denver: Mountain Time, MT, MST7MDT, Salt Lake City, Albuquerque
America/Toronto: Ottawa, Ontario, Quebec
America/Sao_Paulo: Brasilia Time, BRT, Rio, Rio de Janeiro
Australia/Sydney: Australian Eastern Time, AET, New South Wales
Europe/Madrid: Barcelona
Europe/Rome: Milan
Asia/Tokyo: Osaka, Kyoto
Asia/Shanghai: China Time, Beijing, Peking, Shenzhen, Guangzhou
Asia/Manila: Philippine Time, PHT, Cebu
Asia/Seoul: Korean Time, Busan
Asia/Singapore: SGT
Asia/Hong_Kong: HK
Asia/Kuala_Lumpur: KL, MYT
Asia/Jakarta: Western Indonesia Time
Europe/Amsterdam: Rotterdam, The Hague, Holland
Europe/Warsaw: Krakow
Europe/Prague: Czechia
Europe/Brussels: Antwerp
Europe/Stockholm: Gothenburg
Europe/Zurich: Geneva, Bern, Basel
Europe/Vienna: Salzburg
Europe/Dublin: Irish Time, Eire
Europe/Lisbon: Western European Time, Porto
Europe/Bucharest: Eastern European Time
Europe/Sarajevo: Bosnia
Europe/Skopje: Macedonia
Europe/Kyiv: Ukraine, Kharkiv, Odesa
Europe/Istanbul: Türkiye, Ankara, TRT
Europe/Moscow: St. Petersburg
Asia/Dubai: Gulf Time, GST, Abu Dhabi, UAE, Emirates
Asia/Riyadh: Arabian Time, Jeddah, Mecca
Asia/Karachi: Islamabad, Lahore
Asia/Bangkok: Indochina Time, ICT
Asia/Ho_Chi_Minh: Hanoi
Asia/Kathmandu: NPT
Asia/Yangon: Burma
Asia/Dili: Timor-Leste
Africa/Abidjan: Ivory Coast
Africa/Lagos: West Africa Time, Abuja
Africa/Johannesburg: Cape Town, Durban, Pretoria
Africa/Nairobi: East Africa Time
Africa/Maputo: Central Africa Time
Africa/Mbabane: Swaziland
Africa/Bangui: Central African Republic
Africa/Cairo: Egypt
Africa/Casablanca: Rabat
Atlantic/Cape_Verde: Cabo Verde
America/Mexico_City: Guadalajara
America/Bogota: Medellín
America/Argentina/Buenos_Aires: Argentina Time, ART
America/Santiago: Chile Time
America/Vancouver: British Columbia
America/Edmonton: Calgary, Alberta
America/Regina: Saskatchewan
America/Winnipeg: Manitoba
America/Halifax: Atlantic Time, Nova Scotia, New Brunswick
America/St_Johns: Newfoundland Time
America/Phoenix: Arizona Time, Arizona
America/Anchorage: Alaska Time, Alaska
Pacific/Honolulu: Hawaii Time, Hawaii-Aleutian Time, Hawaii
America/Puerto_Rico:
America/Tortola: British Virgin Islands
Australia/Melbourne:
Australia/Brisbane: Queensland, Gold Coast
Australia/Hobart: Tasmania
Australia/Adelaide: Australian Central Time, South Australia
Australia/Darwin: Northern Territory
Australia/Perth: Australian Western Time, Western Australia
Pacific/Auckland: New Zealand Time, NZ, Wellington, Christchurch
Pacific/Guam: Chamorro Time
UTC: Coordinated Universal Time, Zulu, Z, Etc/GMT
"""
"""Names that mean one zone, likeliest zone first.

The names with "Time" are what Unicode's CLDR calls zones in English, less "Standard", each at a large city that
keeps it. Abbreviations are those that tzdata does not have.
"""

STATES = """
America/New_York: Connecticut, Delaware, District of Columbia, Maine, Maryland, Massachusetts, New Hampshire
America/New_York: New Jersey, North Carolina, Ohio, Pennsylvania, Rhode Island, South Carolina, Vermont, Virginia
America/New_York: West Virginia
America/Chicago: Alabama, Arkansas, Illinois, Iowa, Louisiana, Minnesota, Mississippi, Missouri, Oklahoma, Wisconsin
America/Denver: Colorado, Montana, New Mexico, Utah, Wyoming
America/Los_Angeles: California, Nevada
"""
"""The states of the US that keep to one zone (and have no line of their own above)."""

SEVERAL = """
US, USA, United States, America: America/New_York America/Chicago America/Los_Angeles America/Denver
US, USA, United States, America: America/Anchorage Pacific/Honolulu
Texas, Kansas, Nebraska, North Dakota, South Dakota: America/Chicago America/Denver
Florida: America/New_York America/Chicago
Tennessee: America/Chicago America/New_York
Kentucky: America/Kentucky/Louisville America/Chicago
Indiana: America/Indiana/Indianapolis America/Chicago
Michigan: America/Detroit America/Chicago
Idaho: America/Boise America/Los_Angeles
Oregon: America/Los_Angeles America/Boise
Washington: America/New_York America/Los_Angeles
Georgia: America/New_York Asia/Tbilisi
Portland: America/Los_Angeles America/New_York
Cambridge: Europe/London America/New_York
Birmingham: Europe/London America/Chicago
Norfolk: America/New_York Pacific/Norfolk
San Juan: America/Puerto_Rico America/Argentina/San_Juan
San Jose: America/Los_Angeles America/Costa_Rica
Victoria: Australia/Melbourne America/Vancouver
Valencia: Europe/Madrid America/Caracas
Naples: Europe/Rome America/New_York
Alexandria: Africa/Cairo America/New_York
Petersburg: Europe/Moscow America/New_York
Samoa: Pacific/Apia Pacific/Pago_Pago
DRC, DR Congo, Democratic Republic of the Congo: Africa/Kinshasa Africa/Lubumbashi
GMT, Greenwich Mean Time: Europe/London UTC
"""
"""Names that may mean any of several zones, the likeliest one first."""
