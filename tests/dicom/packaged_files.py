"""What is known of the files that pydicom's wheel brings along: none is fluoroscopy, and all are read apart.

Each is refused for what it is. Given the SOP Class of XA, it is read, or refused for what it lacks. Sizes
and pixels are those of pydicom's own decoders, where it has one; of lossy and colour ones, to a grey level.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture; `pixels` are stored values at frame 0, in the middle row from the middle column on."""

    path: str
    kind: str
    frames: int
    size: tuple[int, int]
    pixels: tuple[int, ...]
    second_time_s: float = 0.1


@dataclass(frozen=True, slots=True)
class Empty:
    """A file without a picture that can be read; `phrase` says why, "" where pydicom cannot write it."""

    path: str
    kind: str
    phrase: str


CT, MR, US = "CT Image Storage", "MR Image Storage", "Ultrasound Image Storage"
SC, CR = "Secondary Capture Image Storage", "Computed Radiography Image Storage"
DOSE, MISSING = "RT Dose Storage", "missing"
NO_PIXELS = "Pixel Data (7FE0,0010) is missing"
WIDE = "Bits Allocated (0028,0100) must be 8 or 16, not 32"
ONE_BIT = "Bits Allocated (0028,0100) must be 8 or 16, not 1"

TINY = [f"0000{one}{two}" for one in "01" for two in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:50]
NOT_DICOM = ("no_meta.dcm",)
"""Begins with a stray byte."""

PACKAGED: tuple[Kept | Empty, ...] = (
    Kept("693_J2KI.dcm", CT, 1, (512, 512), (1056, 1056, 1056)),
    Kept("CT_small.dcm", CT, 1, (128, 128), (1928, 1864, 1774)),
    Kept("ExplVR_BigEnd.dcm", US, 1, (60, 80), (226, 226, 226)),
    Empty("ExplVR_BigEndNoMeta.dcm", "RT Ion Plan Storage", NO_PIXELS),
    Empty("ExplVR_LitEndNoMeta.dcm", "RT Ion Plan Storage", NO_PIXELS),
    Kept("GDCMJ2K_TextGBR.dcm", SC, 1, (400, 400), (128, 128, 128)),
    Kept("J2K_pixelrep_mismatch.dcm", CT, 1, (512, 512), (27, 28, 29)),
    Kept("JPEG-lossy.dcm", SC, 1, (1024, 256), (14, 13, 10)),
    Empty(
        "JPEG2000-embedded-sequence-delimiter.dcm",
        SC,
        "cannot be decoded (its codestream states 1024 x 3722445056 x 1",
    ),
    Kept("JPEG2000.dcm", SC, 1, (1024, 256), (7, 7, 7)),
    Kept("JPEGLSNearLossless_08.dcm", SC, 1, (45, 10), (15, 15, 15)),
    Kept("JPEGLSNearLossless_16.dcm", SC, 1, (50, 10), (255, 255, 255)),
    Kept("JPGExtended.dcm", SC, 1, (1024, 256), (14, 13, 10)),
    Kept("MR_small.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_RLE.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_bigendian.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_expb.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_implicit.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_jp2klossless.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_jpeg_ls_lossless.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Kept("MR_small_padded.dcm", MR, 1, (64, 64), (182, 202, 225)),
    Empty(
        "MR_truncated.dcm",
        MR,
        "Number of Frames (0028,0008) is 1, but Pixel Data (7FE0,0010) holds only 0 whole frames",
    ),
    Kept("SC_jpeg_no_color_transform.dcm", SC, 1, (256, 256), (244, 244, 244)),
    Kept("SC_jpeg_no_color_transform_2.dcm", SC, 1, (256, 256), (244, 244, 244)),
    Kept("SC_rgb_dcmtk_+eb+cr.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_dcmtk_+eb+cy+n1.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_dcmtk_+eb+cy+n2.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_dcmtk_+eb+cy+np.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_dcmtk_+eb+cy+s2.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_dcmtk_+eb+cy+s4.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_gdcm_KY.dcm", SC, 1, (100, 100), (142, 142, 142)),
    Kept("SC_rgb_jls_lossy_line.dcm", SC, 1, (100, 100), (144, 144, 144)),
    Kept("SC_rgb_jls_lossy_sample.dcm", SC, 1, (100, 100), (144, 144, 144)),
    Empty("SC_rgb_jpeg.dcm", SC, ""),
    Kept("SC_rgb_jpeg_app14_dcmd.dcm", SC, 1, (256, 256), (244, 244, 244)),
    Kept("SC_rgb_jpeg_dcmd.dcm", SC, 1, (256, 256), (244, 244, 244)),
    Kept("SC_rgb_jpeg_dcmtk.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Kept("SC_rgb_jpeg_gdcm.dcm", SC, 1, (100, 100), (142, 142, 142)),
    Kept("SC_rgb_jpeg_lossy_gdcm.dcm", SC, 1, (100, 100), (142, 142, 142)),
    Kept("SC_rgb_rle.dcm", SC, 1, (100, 100), (142, 142, 142)),
    Kept("SC_rgb_rle_16bit.dcm", SC, 1, (100, 100), (36617, 36617, 36617)),
    Kept("SC_rgb_rle_16bit_2frame.dcm", SC, 2, (100, 100), (36617, 36617, 36617)),
    Kept("SC_rgb_rle_2frame.dcm", SC, 2, (100, 100), (142, 142, 142)),
    Empty("SC_rgb_rle_32bit.dcm", SC, WIDE),
    Empty("SC_rgb_rle_32bit_2frame.dcm", SC, WIDE),
    Kept("SC_rgb_small_odd.dcm", SC, 1, (3, 3), (90, 90, 90)),
    Kept("SC_rgb_small_odd_big_endian.dcm", SC, 1, (3, 3), (90, 90, 90)),
    Kept("SC_rgb_small_odd_jpeg.dcm", SC, 1, (3, 3), (90, 90, 90)),
    Kept("SC_ybr_full_422_uncompressed.dcm", SC, 1, (100, 100), (143, 143, 143)),
    Empty("UN_sequence.dcm", CT, NO_PIXELS),
    Empty("badVR.dcm", DOSE, "Number of Frames (0028,0008) must be one whole number, not '1A'"),
    Kept("dicomdirtests/77654033/CR1/6154", CR, 1, (16, 16), (2515, 2590, 2536)),
    Kept("dicomdirtests/77654033/CR2/6247", CR, 1, (16, 16), (1624, 1573, 1600)),
    Kept("dicomdirtests/77654033/CR3/6278", CR, 1, (16, 16), (2343, 2288, 2298)),
    Kept("dicomdirtests/77654033/CT2/17106", CT, 1, (16, 16), (52, 46, 43)),
    Kept("dicomdirtests/77654033/CT2/17136", CT, 1, (16, 16), (1408, 1325, 1259)),
    Kept("dicomdirtests/77654033/CT2/17166", CT, 1, (16, 16), (2483, 2492, 2492)),
    Kept("dicomdirtests/77654033/CT2/17196", CT, 1, (16, 16), (1978, 2022, 2083)),
    Kept("dicomdirtests/98892001/CT2N/6293", CT, 1, (16, 16), (1283, 1299, 1296)),
    Kept("dicomdirtests/98892001/CT2N/6924", CT, 1, (16, 16), (1129, 1119, 1131)),
    Kept("dicomdirtests/98892001/CT5N/2062", CT, 1, (16, 16), (717, 529, 359)),
    Kept("dicomdirtests/98892001/CT5N/2392", CT, 1, (16, 16), (1001, 961, 887)),
    Kept("dicomdirtests/98892001/CT5N/2693", CT, 1, (16, 16), (1068, 1047, 1015)),
    Kept("dicomdirtests/98892001/CT5N/3023", CT, 1, (16, 16), (1032, 1016, 1003)),
    Kept("dicomdirtests/98892001/CT5N/3353", CT, 1, (16, 16), (965, 980, 974)),
    Kept("dicomdirtests/98892003/MR1/15820", MR, 1, (16, 16), (552, 564, 565)),
    Kept("dicomdirtests/98892003/MR1/4919", MR, 1, (16, 16), (725, 729, 762)),
    Kept("dicomdirtests/98892003/MR1/5641", MR, 1, (16, 16), (636, 647, 642)),
    Kept("dicomdirtests/98892003/MR2/15970", MR, 1, (16, 16), (225, 241, 237)),
    Kept("dicomdirtests/98892003/MR2/4950", MR, 1, (16, 16), (690, 708, 708)),
    Kept("dicomdirtests/98892003/MR2/4981", MR, 1, (16, 16), (685, 710, 710)),
    Kept("dicomdirtests/98892003/MR2/5011", MR, 1, (16, 16), (680, 689, 695)),
    Kept("dicomdirtests/98892003/MR2/6273", MR, 1, (16, 16), (627, 599, 623)),
    Kept("dicomdirtests/98892003/MR2/6605", MR, 1, (16, 16), (638, 640, 632)),
    Kept("dicomdirtests/98892003/MR2/6935", MR, 1, (16, 16), (620, 607, 633)),
    Kept("dicomdirtests/98892003/MR700/4467", MR, 1, (16, 16), (57, 61, 58)),
    Kept("dicomdirtests/98892003/MR700/4528", MR, 1, (16, 16), (63, 59, 54)),
    Kept("dicomdirtests/98892003/MR700/4558", MR, 1, (16, 16), (69, 97, 159)),
    Kept("dicomdirtests/98892003/MR700/4588", MR, 1, (16, 16), (60, 60, 60)),
    Kept("dicomdirtests/98892003/MR700/4618", MR, 1, (16, 16), (67, 65, 67)),
    Kept("dicomdirtests/98892003/MR700/4648", MR, 1, (16, 16), (48, 0, 0)),
    Kept("dicomdirtests/98892003/MR700/4678", MR, 1, (16, 16), (26, 39, 57)),
    Empty("empty_charset_LEI.dcm", MISSING, NO_PIXELS),
    Kept("examples_jpeg2k.dcm", US, 1, (480, 640), (12, 13, 20)),
    Kept("examples_overlay.dcm", MR, 1, (300, 484), (136, 139, 137)),
    Kept("examples_palette.dcm", US, 1, (350, 800), (1, 1, 1)),
    Kept("examples_rgb_color.dcm", US, 1, (240, 320), (10, 19, 23)),
    Kept(
        "examples_ybr_color.dcm",
        "Ultrasound Multi-frame Image Storage",
        30,
        (240, 320),
        (7, 7, 7),
        second_time_s=0.033333,
    ),
    Kept("image_dfl.dcm", SC, 1, (512, 512), (65, 65, 65)),
    Empty("liver_1frame.dcm", "Segmentation Storage", ONE_BIT),
    Empty("liver_expb_1frame.dcm", "Segmentation Storage", ONE_BIT),
    Empty(
        "meta_missing_tsyntax.dcm",
        MISSING,
        "Photometric Interpretation (0028,0004) is '', of which no grey picture can be made",
    ),
    Empty(
        "nested_priv_SQ.dcm",
        MISSING,
        "Photometric Interpretation (0028,0004) is '', of which no grey picture can be made",
    ),
    Empty("no_meta_group_length.dcm", "RT Image Storage", NO_PIXELS),
    Empty("priv_SQ.dcm", MR, NO_PIXELS),
    Empty("reportsi.dcm", "Basic Text SR Storage", NO_PIXELS),
    Empty("reportsi_with_empty_number_tags.dcm", "Basic Text SR Storage", NO_PIXELS),
    Empty("rtdose.dcm", DOSE, WIDE),
    Empty("rtdose_1frame.dcm", DOSE, WIDE),
    Empty("rtdose_expb.dcm", DOSE, WIDE),
    Empty("rtdose_expb_1frame.dcm", DOSE, WIDE),
    Empty("rtdose_rle.dcm", DOSE, WIDE),
    Empty("rtdose_rle_1frame.dcm", DOSE, WIDE),
    Empty("rtplan.dcm", "RT Plan Storage", NO_PIXELS),
    Empty("rtplan_truncated.dcm", "RT Plan Storage", NO_PIXELS),
    Empty("rtstruct.dcm", "RT Structure Set Storage", NO_PIXELS),
    Empty("test-SR.dcm", "Comprehensive SR Storage", NO_PIXELS),
    Empty("waveform_ecg.dcm", "12-lead ECG Waveform Storage", NO_PIXELS),
    *(Empty(f"dicomdirtests/TINY_ALPHA/PT000000/ST000000/SE000000/IM{n}", CT, NO_PIXELS) for n in TINY),
)
