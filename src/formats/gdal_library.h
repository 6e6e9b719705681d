/* GDAL, loaded when a file first needs it.  It brings more than a hundred libraries with it, and loading them
 * costs 40 ms: more than a whole `ask` or `coord` takes.  So it is no link-time dependency; its functions are
 * reached through this table, under their own names. */
#ifndef SL_FORMATS_GDAL_LIBRARY_H
#define SL_FORMATS_GDAL_LIBRARY_H

#include "base/err.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* Before the first call of any of them. SL_UNSUPPORTED when the library is not installed. Thread-safe. */
SL_CHECKED enum sl_code sl_gdal_load(struct sl_err *e);

#define SL_GDAL_FUNCTIONS(X) \
	X(CPLErrorReset) \
	X(CPLGetErrorHandlerUserData) \
	X(CPLGetLastErrorMsg) \
	X(CPLGetLastErrorType) \
	X(CPLPopErrorHandler) \
	X(CPLPushErrorHandlerEx) \
	X(CPLQuietErrorHandler) \
	X(CPLSetConfigOption) \
	X(CPLSetThreadLocalConfigOption) \
	X(CPLSetErrorHandler) \
	X(CSLDestroy) \
	X(CSLSetNameValue) \
	X(GDALAllRegister) \
	X(GDALClose) \
	X(GDALCreate) \
	X(GDALDataTypeIsComplex) \
	X(GDALDatasetCommitTransaction) \
	X(GDALDatasetCreateLayer) \
	X(GDALDatasetGetLayer) \
	X(GDALDatasetGetLayerByName) \
	X(GDALDatasetGetLayerCount) \
	X(GDALDatasetStartTransaction) \
	X(GDALGetBlockSize) \
	X(GDALGetDatasetDriver) \
	X(GDALGetDriverByName) \
	X(GDALGetDriverShortName) \
	X(GDALGetGeoTransform) \
	X(GDALGetRasterBand) \
	X(GDALGetRasterCount) \
	X(GDALGetRasterDataType) \
	X(GDALGetRasterNoDataValue) \
	X(GDALGetRasterOffset) \
	X(GDALGetRasterScale) \
	X(GDALGetRasterXSize) \
	X(GDALGetRasterYSize) \
	X(GDALGetSpatialRef) \
	X(GDALOpenEx) \
	X(GDALRasterIO) \
	X(OGR_FD_GetFieldCount) \
	X(OGR_FD_GetFieldDefn) \
	X(OGR_FD_GetGeomType) \
	X(OGR_F_Create) \
	X(OGR_F_Destroy) \
	X(OGR_F_GetFieldAsBinary) \
	X(OGR_F_GetFieldAsDateTimeEx) \
	X(OGR_F_GetFieldAsDouble) \
	X(OGR_F_GetFieldAsDoubleList) \
	X(OGR_F_GetFieldAsInteger) \
	X(OGR_F_GetFieldAsInteger64) \
	X(OGR_F_GetFieldAsInteger64List) \
	X(OGR_F_GetFieldAsIntegerList) \
	X(OGR_F_GetFieldAsString) \
	X(OGR_F_GetFieldAsStringList) \
	X(OGR_F_GetFID) \
	X(OGR_F_GetGeometryRef) \
	X(OGR_F_IsFieldSetAndNotNull) \
	X(OGR_F_SetFieldDateTime) \
	X(OGR_F_SetFieldDouble) \
	X(OGR_F_SetFieldInteger64) \
	X(OGR_F_SetFieldString) \
	X(OGR_F_SetGeometryDirectly) \
	X(OGR_Fld_Create) \
	X(OGR_Fld_Destroy) \
	X(OGR_Fld_GetNameRef) \
	X(OGR_Fld_GetSubType) \
	X(OGR_Fld_GetType) \
	X(OGR_Fld_SetWidth) \
	X(OGR_G_CreateFromWkb) \
	X(OGR_G_ExportToIsoWkb) \
	X(OGR_G_ForceToMultiLineString) \
	X(OGR_G_GetGeometryType) \
	X(OGR_G_WkbSize) \
	X(OGR_G_GetCoordinateDimension) \
	X(OGR_GT_Flatten) \
	X(OGR_L_CreateFeature) \
	X(OGR_L_CreateField) \
	X(OGR_L_GetFeatureCount) \
	X(OGR_L_GetGeomType) \
	X(OGR_L_GetLayerDefn) \
	X(OGR_L_GetName) \
	X(OGR_L_GetNextFeature) \
	X(OGR_L_GetSpatialRef) \
	X(OGR_L_ResetReading) \
	X(OSRDestroySpatialReference) \
	X(OSRExportToWktEx) \
	X(OSRGetAuthorityCode) \
	X(OSRGetAuthorityName) \
	X(OSRGetName) \
	X(OSRImportFromEPSG) \
	X(OSRIsLocal) \
	X(OSRNewSpatialReference) \
	X(OSRSetAxisMappingStrategy) \
	X(VSIFCloseL) \
	X(VSIFOpenL) \
	X(VSIFReadL) \
	X(VSIFree) \
	X(VSIReadDirRecursive) \
	X(VSIStatL)

struct sl_gdal_functions {
#define SL_GDAL_POINTER(name) __typeof__(name) *name;
	SL_GDAL_FUNCTIONS(SL_GDAL_POINTER)
#undef SL_GDAL_POINTER
};
extern struct sl_gdal_functions sl_gdal;

#ifndef SL_GDAL_NAMES_OFF
#define CPLErrorReset sl_gdal.CPLErrorReset
#define CPLGetErrorHandlerUserData sl_gdal.CPLGetErrorHandlerUserData
#define CPLGetLastErrorMsg sl_gdal.CPLGetLastErrorMsg
#define CPLGetLastErrorType sl_gdal.CPLGetLastErrorType
#define CPLPopErrorHandler sl_gdal.CPLPopErrorHandler
#define CPLPushErrorHandlerEx sl_gdal.CPLPushErrorHandlerEx
#define CPLQuietErrorHandler sl_gdal.CPLQuietErrorHandler
#define CPLSetConfigOption sl_gdal.CPLSetConfigOption
#define CPLSetErrorHandler sl_gdal.CPLSetErrorHandler
#define CPLSetThreadLocalConfigOption sl_gdal.CPLSetThreadLocalConfigOption
#define CSLDestroy sl_gdal.CSLDestroy
#define CSLSetNameValue sl_gdal.CSLSetNameValue
#define GDALAllRegister sl_gdal.GDALAllRegister
#define GDALClose sl_gdal.GDALClose
#define GDALCreate sl_gdal.GDALCreate
#define GDALDataTypeIsComplex sl_gdal.GDALDataTypeIsComplex
#define GDALDatasetCommitTransaction sl_gdal.GDALDatasetCommitTransaction
#define GDALDatasetCreateLayer sl_gdal.GDALDatasetCreateLayer
#define GDALDatasetGetLayer sl_gdal.GDALDatasetGetLayer
#define GDALDatasetGetLayerByName sl_gdal.GDALDatasetGetLayerByName
#define GDALDatasetGetLayerCount sl_gdal.GDALDatasetGetLayerCount
#define GDALDatasetStartTransaction sl_gdal.GDALDatasetStartTransaction
#define GDALGetBlockSize sl_gdal.GDALGetBlockSize
#define GDALGetDatasetDriver sl_gdal.GDALGetDatasetDriver
#define GDALGetDriverByName sl_gdal.GDALGetDriverByName
#define GDALGetDriverShortName sl_gdal.GDALGetDriverShortName
#define GDALGetGeoTransform sl_gdal.GDALGetGeoTransform
#define GDALGetRasterBand sl_gdal.GDALGetRasterBand
#define GDALGetRasterCount sl_gdal.GDALGetRasterCount
#define GDALGetRasterDataType sl_gdal.GDALGetRasterDataType
#define GDALGetRasterNoDataValue sl_gdal.GDALGetRasterNoDataValue
#define GDALGetRasterOffset sl_gdal.GDALGetRasterOffset
#define GDALGetRasterScale sl_gdal.GDALGetRasterScale
#define GDALGetRasterXSize sl_gdal.GDALGetRasterXSize
#define GDALGetRasterYSize sl_gdal.GDALGetRasterYSize
#define GDALGetSpatialRef sl_gdal.GDALGetSpatialRef
#define GDALOpenEx sl_gdal.GDALOpenEx
#define GDALRasterIO sl_gdal.GDALRasterIO
#define OGR_FD_GetFieldCount sl_gdal.OGR_FD_GetFieldCount
#define OGR_FD_GetFieldDefn sl_gdal.OGR_FD_GetFieldDefn
#define OGR_FD_GetGeomType sl_gdal.OGR_FD_GetGeomType
#define OGR_F_Create sl_gdal.OGR_F_Create
#define OGR_F_Destroy sl_gdal.OGR_F_Destroy
#define OGR_F_GetFieldAsBinary sl_gdal.OGR_F_GetFieldAsBinary
#define OGR_F_GetFieldAsDateTimeEx sl_gdal.OGR_F_GetFieldAsDateTimeEx
#define OGR_F_GetFieldAsDouble sl_gdal.OGR_F_GetFieldAsDouble
#define OGR_F_GetFieldAsDoubleList sl_gdal.OGR_F_GetFieldAsDoubleList
#define OGR_F_GetFieldAsInteger sl_gdal.OGR_F_GetFieldAsInteger
#define OGR_F_GetFieldAsInteger64 sl_gdal.OGR_F_GetFieldAsInteger64
#define OGR_F_GetFieldAsInteger64List sl_gdal.OGR_F_GetFieldAsInteger64List
#define OGR_F_GetFieldAsIntegerList sl_gdal.OGR_F_GetFieldAsIntegerList
#define OGR_F_GetFieldAsString sl_gdal.OGR_F_GetFieldAsString
#define OGR_F_GetFieldAsStringList sl_gdal.OGR_F_GetFieldAsStringList
#define OGR_F_GetFID sl_gdal.OGR_F_GetFID
#define OGR_F_GetGeometryRef sl_gdal.OGR_F_GetGeometryRef
#define OGR_F_IsFieldSetAndNotNull sl_gdal.OGR_F_IsFieldSetAndNotNull
#define OGR_F_SetFieldDateTime sl_gdal.OGR_F_SetFieldDateTime
#define OGR_F_SetFieldDouble sl_gdal.OGR_F_SetFieldDouble
#define OGR_F_SetFieldInteger64 sl_gdal.OGR_F_SetFieldInteger64
#define OGR_F_SetFieldString sl_gdal.OGR_F_SetFieldString
#define OGR_F_SetGeometryDirectly sl_gdal.OGR_F_SetGeometryDirectly
#define OGR_Fld_Create sl_gdal.OGR_Fld_Create
#define OGR_Fld_Destroy sl_gdal.OGR_Fld_Destroy
#define OGR_Fld_GetNameRef sl_gdal.OGR_Fld_GetNameRef
#define OGR_Fld_GetSubType sl_gdal.OGR_Fld_GetSubType
#define OGR_Fld_GetType sl_gdal.OGR_Fld_GetType
#define OGR_Fld_SetWidth sl_gdal.OGR_Fld_SetWidth
#define OGR_G_CreateFromWkb sl_gdal.OGR_G_CreateFromWkb
#define OGR_G_ExportToIsoWkb sl_gdal.OGR_G_ExportToIsoWkb
#define OGR_G_ForceToMultiLineString sl_gdal.OGR_G_ForceToMultiLineString
#define OGR_G_GetGeometryType sl_gdal.OGR_G_GetGeometryType
#define OGR_G_WkbSize sl_gdal.OGR_G_WkbSize
#define OGR_G_GetCoordinateDimension sl_gdal.OGR_G_GetCoordinateDimension
#define OGR_GT_Flatten sl_gdal.OGR_GT_Flatten
#define OGR_L_CreateFeature sl_gdal.OGR_L_CreateFeature
#define OGR_L_CreateField sl_gdal.OGR_L_CreateField
#define OGR_L_GetFeatureCount sl_gdal.OGR_L_GetFeatureCount
#define OGR_L_GetGeomType sl_gdal.OGR_L_GetGeomType
#define OGR_L_GetLayerDefn sl_gdal.OGR_L_GetLayerDefn
#define OGR_L_GetName sl_gdal.OGR_L_GetName
#define OGR_L_GetNextFeature sl_gdal.OGR_L_GetNextFeature
#define OGR_L_GetSpatialRef sl_gdal.OGR_L_GetSpatialRef
#define OGR_L_ResetReading sl_gdal.OGR_L_ResetReading
#define OSRDestroySpatialReference sl_gdal.OSRDestroySpatialReference
#define OSRExportToWktEx sl_gdal.OSRExportToWktEx
#define OSRGetAuthorityCode sl_gdal.OSRGetAuthorityCode
#define OSRGetAuthorityName sl_gdal.OSRGetAuthorityName
#define OSRGetName sl_gdal.OSRGetName
#define OSRImportFromEPSG sl_gdal.OSRImportFromEPSG
#define OSRIsLocal sl_gdal.OSRIsLocal
#define OSRNewSpatialReference sl_gdal.OSRNewSpatialReference
#define OSRSetAxisMappingStrategy sl_gdal.OSRSetAxisMappingStrategy
#define VSIFCloseL sl_gdal.VSIFCloseL
#define VSIFOpenL sl_gdal.VSIFOpenL
#define VSIFReadL sl_gdal.VSIFReadL
#define VSIFree sl_gdal.VSIFree
#define VSIReadDirRecursive sl_gdal.VSIReadDirRecursive
#define VSIStatL sl_gdal.VSIStatL
#endif

#endif
