"""QGIS without a screen reads a collection of OGC API - Features, and prints what it saw.

    ogc_qgis.py BASE COLLECTION WEST SOUTH EAST NORTH
"""
import os
import sys

from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer

base, name = sys.argv[1:3]
box = QgsRectangle(*(float(x) for x in sys.argv[3:7]))
application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(f"url='{base}' typename='{name}'", name, "OAPIF")
print("valid", layer.isValid())
if layer.isValid():
    print("crs", layer.crs().authid())
    print("count", layer.featureCount(), sum(1 for _ in layer.getFeatures()))
    print("box", sum(1 for f in layer.getFeatures(QgsFeatureRequest().setFilterRect(box).setFlags(QgsFeatureRequest.ExactIntersect))))
sys.stdout.flush()
# The destructors of QGIS at the end of Python crash in some versions; everything is written.
os._exit(0)
