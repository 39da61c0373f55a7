"""What a snapshot must look like before it may land or be trained on."""

from modelyard_platform import Column, Contract

CONTRACT = Contract(
    key="forecast",
    time="hour",
    fresh_within_days=1,
    min_rows=4000,
    columns={
        "forecast": Column("string"),
        "hour": Column("datetime"),
        "lead": Column("integer", minimum=1, maximum=7),
        "flights": Column("number", minimum=0, maximum=100, known_after=True),
        "last_week": Column("number", minimum=0, maximum=100),
        "four_weeks": Column("number", minimum=0, maximum=100),
        "recent": Column("number", minimum=0, maximum=100),
    },
)
