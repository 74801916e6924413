"""What Discord accepts, each limit once. Lengths are in UTF-16 code units, the strictest way to count."""

from __future__ import annotations

# https://discord.com/developers/docs/resources/message#create-message
CONTENT = 2000

# https://discord.com/developers/docs/resources/message#embed-object-embed-limits
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_TOTAL = 6000

# https://discord.com/developers/docs/components/reference#button
BUTTON_LABEL = 80
# https://discord.com/developers/docs/components/reference#anatomy-of-a-component
CUSTOM_ID = 100
# https://discord.com/developers/docs/components/reference#action-row
ROW_BUTTONS = 5

# https://discord.com/developers/docs/components/reference#string-select
SELECT_OPTIONS = 25
SELECT_PLACEHOLDER = 150
# https://discord.com/developers/docs/components/reference#string-select-select-option-structure
OPTION_LABEL = 100
OPTION_VALUE = 100
OPTION_DESCRIPTION = 100

# https://discord.com/developers/docs/resources/message#attachment-object
ALT_TEXT = 1024

# https://discord.com/developers/docs/interactions/application-commands#application-command-object
COMMAND_DESCRIPTION = 100
