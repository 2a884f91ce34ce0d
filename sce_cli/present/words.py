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
    jump_key: str
    again_key: str
    play_key: str
    jump: str
    ask_number: str
    ask_choice: str
    answer_keys: str
    unclear_number: str
    unclear_choice: str
    guess_or_skip: str
    first_vote: str
    discuss_keys: str
    vote_number: str
    vote_choice: str
    vote_keys: str
    guess_or_stay: str
    question: str
    colon: str
    first_guess: str
    guess: str
    truth: str
    right: str
    wrong: str
    close: str
    far: str
    tally: str
    tally_skipped: str
    resume: str
    notes: str
    no_notes: str
    answers: str
    solutions: str
    figures: str


ENGLISH = Words(
    chapters="Chapters",
    slides="{} slides",
    how_to_play="sce lesson 2 plays a chapter, sce lesson all plays them all, sce lesson FILE.md plays your own.",
    keys="Enter: on   b: back   q: end",
    last_keys="Enter: end   b: back",
    place="{} of {}",
    ask_number="Your guess, a number: ",
    ask_choice="Your guess, a letter: ",
    jump_key="number Enter: jump",
    again_key="r: ask again",
    play_key="p: play",
    jump="Slide ",
    answer_keys="s Enter: skip   left arrow: back   q Enter: end",
    guess_or_skip="Give a guess, or s to skip the question.",
    first_vote="First vote",
    discuss_keys="Discuss it, then Enter: vote again   t: truth   q: end",
    vote_number="Second vote, a number: ",
    vote_choice="Second vote, a letter: ",
    vote_keys="s Enter: stay with the first   left arrow: back   q Enter: end",
    guess_or_stay="Give a guess, or s to stay with the first one.",
    unclear_number="'{}' is no number: give one, such as 0.5 or 2/3.",
    unclear_choice="'{}' is none of the letters.",
    question="Question",
    colon=": ",
    first_guess="First",
    guess="Guess",
    truth="Truth",
    right="✓ right",
    wrong="✗ not right",
    close="✓ close, off by {}",
    far="✗ not close, off by {}",
    tally="{} of {} guesses were close.",
    tally_skipped=" {} skipped.",
    resume="Go on with {}",
    notes="Notes",
    no_notes="There are no notes: write them between <!-- and -->.",
    answers="Answers",
    solutions="Solutions",
    figures="Figures",
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
    jump_key="数字 回车：跳到该页",
    again_key="r：再问一次",
    play_key="p：再演示",
    jump="页 ",
    answer_keys="s 回车：跳过   左箭头：返回   q 回车：结束",
    guess_or_skip="请先猜一猜，或输入 s 跳过。",
    first_vote="第一次投票",
    discuss_keys="讨论之后按回车：再投一次   t：看答案   q：结束",
    vote_number="第二次投票，一个数：",
    vote_choice="第二次投票，一个字母：",
    vote_keys="s 回车：保持第一次的答案   左箭头：返回   q 回车：结束",
    guess_or_stay="请再投一次，或输入 s 保持第一次的答案。",
    unclear_number="“{}”不是数：请输入 0.5 或 2/3 这样的数。",
    unclear_choice="“{}”不在选项之中。",
    question="问题",
    colon="：",
    first_guess="初猜",
    guess="猜测",
    truth="答案",
    right="✓ 正确",
    wrong="✗ 不对",
    close="✓ 接近，差 {}",
    far="✗ 相差较大，差 {}",
    tally="猜了 {1} 题，{0} 题正确或接近。",
    tally_skipped="跳过 {} 题。",
    resume="继续：{}",
    notes="备注",
    no_notes="没有备注：请写在 <!-- 与 --> 之间。",
    answers="答案",
    solutions="练习解答",
    figures="图",
)

WORDS = {"en": ENGLISH, "zh": CHINESE}
