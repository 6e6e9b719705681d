"""QGIS without a screen: opens the hazard layer, reads it, edits it, and prints what it saw.

    interop_qgis.py PROGRAMME ID_TO_RENAME ID_TO_MOVE
"""
import os
import sys

from qgis.core import QgsApplication, QgsGeometry, QgsVectorLayer

path, renamed, moved = sys.argv[1:4]
application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(f"{path}|layername=hazard", "hazard", "ogr")
good = layer.isValid()
print("valid", good)
if good:
    row = {f["id"]: f for f in layer.getFeatures()}
    print("count", layer.featureCount(), len(row))
    print("crs", layer.crs().authid())
    print("attribute", row[renamed]["name"])
    print("geometry", row[moved].geometry().asWkt(7))
    print("area", "positive" if row[moved].geometry().area() > 0 else "none")
    shape = QgsGeometry(row[moved].geometry())
    shape.translate(0.001, 0.0)
    done = layer.startEditing()
    name = layer.fields().indexOf("name")
    done = done and layer.changeAttributeValue(row[renamed].id(), name, "Renamed in QGIS")
    done = done and layer.changeGeometry(row[moved].id(), shape)
    done = layer.commitChanges() and done
    print("edited", done, "" if done else layer.commitErrors())
sys.stdout.flush()
# The destructors of QGIS at the end of Python crash in some versions; everything is written.
os._exit(0)
