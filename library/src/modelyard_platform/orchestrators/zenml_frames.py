"""Frames between ZenML steps, as they travel everywhere: ZenML's own way loses types.

From the import of this module on it is taken for every frame and Series that a step returns, also
for those of the repo's own steps.
"""

from typing import Any, ClassVar

import pandas as pd
from zenml.enums import ArtifactType
from zenml.materializers.base_materializer import BaseMaterializer
from zenml.materializers.materializer_registry import materializer_registry

from .. import frames


class FrameMaterializer(BaseMaterializer):  # type: ignore[misc]  # ZenML has no types
    """Keeps a frame, or a Series as a frame of one column, in the artifact store."""

    ASSOCIATED_TYPES: ClassVar[tuple[type[Any], ...]] = (pd.DataFrame, pd.Series)
    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA

    @property
    def _path(self) -> str:
        return f"{self.uri}/frame.arrow"

    def save(self, data: Any) -> None:
        """Write a frame or a Series."""
        frame = data.to_frame(data.name) if isinstance(data, pd.Series) else data
        with self.artifact_store.open(self._path, "wb") as file:
            frames.write(file, frame)

    def load(self, data_type: type[Any]) -> Any:
        """Return what was written, as the type that the step asks for."""
        with self.artifact_store.open(self._path, "rb") as file:
            frame = frames.read(file)
        return frame.iloc[:, 0] if issubclass(data_type, pd.Series) else frame


for kind in FrameMaterializer.ASSOCIATED_TYPES:
    materializer_registry.register_and_overwrite_type(kind, FrameMaterializer)
