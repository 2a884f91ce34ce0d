"""What the player itself says to a class, in the languages of the lessons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The texts around slides and questions; {} takes a number or a value."""

    chapters: str
    slides: str
    how_to_play: str
    keys: str
    last_keys: str
    place: str
    ask_number: str
    ask_choice: str
    answer_keys: str
    unclear_number: str
    unclear_choice: str
    question: str
    colon: str
    guess: str
    truth: str
    right: str
    wrong: str
    close: str
    far: str
    tally: str
    tally_skipped: str


ENGLISH = Words(
    chapters="Chapters",
    slides="{} slides",
    how_to_play="sce lesson 2 plays a chapter, sce lesson all plays them all, sce lesson FILE.md plays your own.",
    keys="Enter: on   b: back   q: end",
    last_keys="Enter: end   b: back",
    place="{} of {}",
    ask_number="Your guess, a number: ",
    ask_choice="Your guess, a letter: ",
    answer_keys="Enter alone: skip   left arrow: back   q Enter: end",
    unclear_number="'{}' is no number: give one, such as 0.5 or 2/3.",
    unclear_choice="'{}' is none of the letters.",
    question="Question",
    colon=": ",
    guess="Guess",
    truth="Truth",
    right="✓ right",
    wrong="✗ not right",
    close="✓ close, off by {}",
    far="✗ not close, off by {}",
    tally="{} of {} guesses were close.",
    tally_skipped=" {} skipped.",
)

CHINESE = Words(
    chapters="章节",
    slides="{} 页",
    how_to_play="sce lesson 2 播放第 2 章，sce lesson all 播放全部，sce lesson FILE.md 播放自己写的课。",
    keys="回车：继续   b：返回   q：结束",
    last_keys="回车：结束   b：返回",
    place="{}/{}",
    ask_number="请猜一个数：",
    ask_choice="请选一个字母：",
    answer_keys="直接回车：跳过   左箭头：返回   q 回车：结束",
    unclear_number="“{}”不是数：请输入 0.5 或 2/3 这样的数。",
    unclear_choice="“{}”不在选项之中。",
    question="问题",
    colon="：",
    guess="猜测",
    truth="答案",
    right="✓ 正确",
    wrong="✗ 不对",
    close="✓ 接近，差 {}",
    far="✗ 相差较大，差 {}",
    tally="猜了 {1} 题，{0} 题正确或接近。",
    tally_skipped="跳过 {} 题。",
)

WORDS = {"en": ENGLISH, "zh": CHINESE}
