from __future__ import annotations

import io
import os
import struct
import threading
from fractions import Fraction

import numpy as np
import pytest

from leakwatch.config.video import VideoConfig
from leakwatch.errors import InputError
from leakwatch.nouns import Calibration, Medium, Relationship
from leakwatch.source.frames import open_frames
from leakwatch.video.probe import is_video, probe_video

from ..moving import film, h264, pictures

FRAMES = pictures()
CONFIG = VideoConfig()


@pytest.fixture
def put(tmp_path):
    def write(data, name="export"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def said(run, words):
    return any(words in warning for warning in run.warnings)


@pytest.mark.parametrize(
    ("container", "codec", "form"),
    [
        ("mp4", "libx264", "yuv420p"),
        ("mov", "libx264", "yuv420p"),
        ("avi", "mjpeg", "yuvj420p"),
        ("matroska", "ffv1", "gray"),
        ("asf", "wmv2", "yuv420p"),
        ("mpegts", "mpeg2video", "yuv420p"),
    ],
)
def test_container_is_told_by_content_whatever_the_name(put, container, codec, form):
    path = put(film(FRAMES, container, codec, form), "pictures.txt")
    assert is_video(path)
    run = probe_video(path, CONFIG)
    assert (run.medium, run.frames, run.rows, run.columns) == (Medium.VIDEO, 24, 48, 64)
    chain = run.intensity
    assert (chain.relationship, chain.calibration) == (Relationship.OTHER, Calibration.DISPLAY)
    assert (chain.sign, chain.bits_stored, chain.signed) == (1, 8, False)
    assert run.geometry.pixel_mm is None
    assert run.times_s[-1] == pytest.approx(23 / 15, abs=0.002)
    for words in ("uncalibrated", "no angles", "bone is taken to be dark", "video.pixel_mm is not given"):
        assert said(run, words)
    with open_frames(run) as reader:
        assert len(list(reader)) == len(reader) == 24


def test_video_that_shows_bone_bright_can_be_told_of(put):
    run = probe_video(put(film(FRAMES, "mp4", "libx264", "yuv420p")), VideoConfig(bone="bright"))
    assert run.intensity.sign == -1
    assert said(run, "bone is taken to be bright")


def test_lossless_grey_video_gives_back_what_was_stored(put):
    for bits, form in ((8, "gray"), (10, "gray10le"), (12, "gray12le")):
        frames = FRAMES.astype(np.uint16) << (bits - 8) if bits > 8 else FRAMES
        run = probe_video(put(film(frames, "matroska", "ffv1", form)), CONFIG)
        assert run.intensity.bits_stored == bits
        assert not said(run, "compression")
        assert not said(run, "can hold colour")
        with open_frames(run) as reader:
            for index in (3, 0, 23):
                np.testing.assert_array_equal(reader[index].pixels, frames[index])
                assert reader[index].time_s == run.times_s[index]


def test_same_content_has_the_same_uids_and_other_content_others(put):
    content = h264(FRAMES)  # once: a container says when it was made
    one, two = put(content, "a.mp4"), put(content, "b.mp4")
    other = put(h264(FRAMES[:20]), "c.mp4")
    runs = [probe_video(path, CONFIG) for path in (one, two, other)]
    uids = [(run.sop_instance_uid, run.study_instance_uid, run.series_instance_uid) for run in runs]
    assert uids[0] == uids[1]
    assert len({*uids[0], *uids[2]}) == 6
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids[0])


def test_uneven_stamps_are_kept_and_the_user_goes_before_them(put):
    stamps = [0, 100, 200, 900, 1000, 1066, 1133]
    path = put(film(FRAMES[:7], "matroska", "ffv1", "gray", stamps=stamps))
    run = probe_video(path, CONFIG)
    np.testing.assert_allclose(run.times_s, np.array(stamps) / 1000)
    assert said(run, "container's time stamps")
    even = probe_video(path, VideoConfig(frames_per_s=7.5))
    np.testing.assert_allclose(even.times_s, np.arange(7) / 7.5)
    assert said(even, "video.frames_per_s")


def test_missing_stamps_are_replaced_by_the_rate_with_a_warning(put):
    run = probe_video(put(h264(FRAMES, "avi")), CONFIG)
    np.testing.assert_allclose(run.times_s, np.arange(24) / 15)
    assert said(run, "its rate of 15 frames/s is used")


def test_size_is_the_users_and_follows_the_shape_of_pixels(put):
    square = probe_video(put(h264(FRAMES)), VideoConfig(pixel_mm=0.3))
    assert square.geometry.pixel_mm == (0.3, 0.3)
    assert not said(square, "video.pixel_mm is not given")
    wide = film(FRAMES, "mp4", "libx264", "yuv420p", aspect=Fraction(4, 3))
    run = probe_video(put(wide), VideoConfig(pixel_mm=0.3))
    assert run.geometry.pixel_mm == pytest.approx((0.3, 0.4))
    assert said(run, "not square")


def test_turned_video_is_said_and_analysed_as_stored(put):
    run = probe_video(put(film(FRAMES, "mp4", "libx264", "yuv420p", rotation=90)), CONFIG)
    assert (run.rows, run.columns) == (48, 64)
    assert said(run, "turn this video by")


@pytest.mark.parametrize(("form", "codec"), [("gray", "ffv1"), ("yuv420p", "libx264")])
def test_repeats_of_an_export_faster_than_the_pulses_are_counted(put, form, codec):
    each_four_times = FRAMES[:15].repeat(4, axis=0)
    run = probe_video(put(film(each_four_times, "matroska", codec, form)), CONFIG)
    assert said(run, "45 of the first 59 pictures repeat")
    once = probe_video(put(film(FRAMES, "matroska", codec, form)), CONFIG)
    assert not said(once, "repeat the one before")


def test_sound_beside_the_pictures_is_passed_over(put):
    run = probe_video(put(film(FRAMES, "mp4", "libx264", "yuv420p", sound=True)), CONFIG)
    assert run.frames == 24


def test_recording_that_lost_its_end_is_read_as_far_as_it_goes(put):
    data = film(FRAMES, "matroska", "ffv1", "gray", g="1", slicecrc="1", level="3")
    run = probe_video(put(data[: len(data) * 6 // 10]), CONFIG)
    assert 10 <= run.frames < 16
    with open_frames(run) as reader:
        for index, frame in enumerate(reader):
            np.testing.assert_array_equal(frame.pixels, FRAMES[index])


def test_recording_that_lost_its_beginning_is_read_from_the_first_picture_that_decodes(put):
    data = h264(FRAMES, "mpegts", bf="0", sc_threshold="0")
    packets = [data[start : start + 188] for start in range(0, len(data), 188)]
    # the tables stay, the first key picture goes
    run = probe_video(put(b"".join(packets[:3] + packets[9:])), CONFIG)
    assert 0 < run.frames <= 16
    assert said(run, "cannot be decoded and are left out")
    with open_frames(run) as reader:
        assert len(list(reader)) == run.frames


REFUSED = {
    "sound alone": (lambda: sound_alone(), "no pictures"),
    "one picture": (lambda: film(FRAMES[:1], "matroska", "ffv1", "gray"), "too few for a fluoroscopy run"),
    "cut to its head": (lambda: h264(FRAMES)[:40], "the video cannot be read"),
    "mp4 without its index": (lambda: without_index(h264(FRAMES)), "the video cannot be read"),
    "rubbish in mp4": (lambda: b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 8, "the video cannot be read"),
    "rubbish in mkv": (lambda: b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8, "the video cannot be read"),
    "rubbish in avi": (lambda: b"RIFF\xff\xff\xff\x7fAVI " + bytes(4000), "the video cannot be read"),
    "a billion samples": (lambda: claiming(1_000_000_000), "claims 1000000000 samples"),
    "80 million samples": (lambda: claiming(80_000_000), "claims 80000000 samples"),
    "compressed index": (lambda: h264(FRAMES).replace(b"mvhd", b"cmov"), "its index is compressed"),
    "playlist": (lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "does not begin like a video"),
    "concat": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "does not begin like a video"),
    "nothing": (lambda: b"", "does not begin like a video"),
    "too many": (lambda: film(FRAMES, "matroska", "ffv1", "gray"), "more than 20 pictures"),
    "large": (lambda: film(np.zeros((2, 16, 600), np.uint8), "matroska", "ffv1", "gray"), "600 x 16, over"),
}


def sound_alone():
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as output:
        tone = output.add_stream("aac", rate=8000)
        hum = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), "fltp", "mono")
        hum.sample_rate = 8000
        output.mux(tone.encode(hum))
        output.mux(tone.encode(None))
    return target.getvalue()


def without_index(data):
    return data[: data.index(b"moov") - 4]


def claiming(count):
    """An MP4 whose tables say that it holds `count` samples of one byte."""
    data = bytearray(h264(FRAMES, bf="0"))
    for kind, values in ((b"stsz", (1, count)), (b"stts", (1, count)), (b"stsc", (1, 1, count))):
        place = data.index(kind) + 8
        data[place : place + 4 * len(values)] = struct.pack(f">{len(values)}L", *values)
    return bytes(data)


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_video_is_refused_in_one_sentence(put, case):
    make, words = REFUSED[case]
    path = put(make())
    with pytest.raises(InputError, match=words) as caught:
        probe_video(path, VideoConfig(max_frames=20 if case == "too many" else 1000, max_matrix=512))
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "head", [b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\n", b"ffconcat version 1.0\nfile "]
)
def test_no_other_file_is_opened(put, tmp_path, head):
    """A playlist by itself and hidden as subtitles, which once made players read any file."""
    secret = tmp_path / "secret"
    os.mkfifo(secret)  # whoever opens it waits for ever
    playlist = head + str(secret).encode() + b"\n#EXT-X-ENDLIST\n"
    films = film(FRAMES, "avi", "mjpeg", "yuvj420p")
    done = []

    def probe_all():
        with pytest.raises(InputError, match="does not begin like a video"):
            probe_video(put(playlist, "list.mp4"), CONFIG)
        with pytest.raises(InputError, match="cannot be read"):
            probe_video(put(b"\0\0\0\x18ftypmp42" + bytes(12) + playlist, "list.mp4"), CONFIG)
        done.append(probe_video(put(films + b"GAB2\0\2\0" + playlist, "hidden.avi"), CONFIG))

    worker = threading.Thread(target=probe_all, daemon=True)
    worker.start()
    worker.join(60)
    assert len(done) == 1


def test_file_that_shrank_is_noticed(put):
    path = put(h264(FRAMES, "matroska"))
    run = probe_video(path, CONFIG)
    path.write_bytes(h264(FRAMES[:10], "matroska"))
    with open_frames(run) as reader, pytest.raises(InputError, match="no longer the one that was read"):
        reader[0]


def test_titles_and_names_in_the_file_are_not_read(put):
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as output:
        output.metadata["title"] = "DOE^JANE"
        output.metadata["artist"] = "19600101"
        stream = output.add_stream("libx264", rate=15)
        stream.height, stream.width = FRAMES.shape[1:]
        stream.pix_fmt = "yuv420p"
        for pixels in FRAMES:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "gray").reformat(format="yuv420p")))
        output.mux(stream.encode(None))
    data = target.getvalue()
    assert b"DOE^JANE" in data
    run = probe_video(put(data), CONFIG)
    assert "DOE" not in repr(run)
    assert "19600101" not in repr(run)
