"""
What people report
==================

How often is each trouble met, and what do people name as its cause? One question for each
trouble was put to a stored sample of the issues of public GitHub repositories. Look at how
many threads end without a cause.
"""

# %%
# The best answers to each question, at most twelve, sorted by hand after reading what
# the search showed of each thread, which is not always all of it. A cause counts when
# somebody in the thread names it; nobody knows whether it was the true one. Under "no
# trouble" are threads that ask for something else.

from textwrap import fill

import matplotlib.pyplot as plt

from sgd_explained.palette import GRID, INK, RIVAL, WALKER

answers = {
    "loss becomes nan during training, why": """
        learning rate: titu1994/neural-image-assessment#40 CharlieDinh/pFedMe#11
            facebookresearch/maskrcnn-benchmark#295
        nan in the data: prs-eth/Marigold#111
        logarithm of 0: miemie2013/Paddle-DIOU-YOLOv3#1
        some hyperparameter: penny4860/Yolo-digit-detector#22
        not named: CharlieDinh/pFedMe#22 PKU-YuanGroup/Open-Sora-Plan#333
            Xiaoccer/MobileFaceNet_Pytorch#18 DaTongjie/BEVSpread#16
            hq-jiang/instance-segmentation-with-discriminative-loss-tensorflow#16
        no trouble: karpathy/nanoGPT#227""",
    "loss goes up and down during training, why": """
        examples drawn at random: DavisMeee/LighTDiff#15 sergeywong/cp-vton#17
            ermongroup/ddim#33
        learning rate: wubin5/STTN#7
        dropout: tobyyouup/conv_seq2seq#6
        terms of the loss: bytedance/ibot#31
        not named: jiaweihe1996/GMTracker#26 conradry/pixpro-with-weights#7
            RockyXu66/Faster_RCNN_for_Open_Images_Dataset_Keras#80
            jik876/hifi-gan#60 hguosc/visual_attention_consistency#4
        no trouble: YunYang1994/tensorflow-yolov3#248""",
    "loss does not decrease during training, why": """
        learning rate: Sense-GVT/Fast-BEV#27
        not named: davheld/GOTURN#84 salesforce/CoST#6 emadeldeen24/TS-TCC#26
            tianweiy/CenterPoint#92 gaoyixu/CAIL2020-Argument-Mining#2
            TowardsNorth/yolo_v1_tensorflow_guiyu#4 lengstrom/fast-style-transfer#178
            yihongXU/deepMOT#41 Bartzi/see#10""",
    "training loss decreases but validation loss increases, "
    "validation accuracy does not improve": """
        overfitting: keras-team/keras#3755 keras-team/keras#161 keras-team/keras#3559
            tflearn/tflearn#105 PRBonn/lidar-bonnetal#64 keras-team/keras#5359
        sign of the loss: qubvel/segmentation_models#74
        not named: romarcg/traversability_estimation#12 drscotthawley/panotti#59
            keras-team/keras#19676 keras-team/keras#8471""",
    "results got worse after I changed the batch size, why": """
        too few steps: AtmaHou/FewShotMultiLabel#10
        less noise: lioryariv/idr#21 espnet/espnet#503
        the loss's own: xiaozhen228/VCP-CLIP#12
        not named: yawen-shao/GREAT_code#12 open-mmlab/mmdetection#8330
            ShuaiLYU/Deep-Learning-Approach-for-Surface-Defect-Detection#33
            jiachenwestlake/Multi-Cell_LSTM#2 etzinis/sudo_rm_rf#8
        no trouble: IhabBendidi/bioval#18 wandb/senpai#29 babysor/MockingBird#684""",
    "loss nan with float16 half precision but fine with float32": """
        range of float16: pytorch/pytorch#29429 openvla/openvla#30
            mit-han-lab/torchsparse#276
        not named: matterport/Mask_RCNN#1482 keras-team/keras#4032
            tensorflow/tensorflow#38457 tensorflow/tensorflow#43172
            jy0205/Pyramid-Flow#25 NVlabs/tiny-cuda-nn#219
            dreamgaussian/dreamgaussian#36 NVIDIA/caffe#499""",
    "results got worse after I changed the order of the data, "
    "sorted and not shuffled, why": """
        not shuffled: NVIDIA-Merlin/NVTabular#9
            MAC-AutoML/rethinking_performance_estimation_in_NAS#17
        the loss's own: daiquocnguyen/Graph-Transformer#11 shawroad/CoSENT_Pytorch#15
        not named: pytorch/pytorch#58986 microsoft/CNTK#3792 tkipf/gcn#152
            xuyxu/Deep-Clustering-Network#2
        no trouble: levithomason/anny#95 davidhallac/TICC#76 charlesq34/pointnet2#148""",
    "same seed different results each run training not reproducible": """
        seed never set: microsoft/BackwardCompatibilityML#49
            lovelyqian/CDFSOD-benchmark#51 Xt-Chen/SARPN#9
        augmentation: Fafa-DL/Awesome-Backbones#62
        shuffling: stevenlsw/contactgen#3
        not named: NatLabRockies/Wattile#133 MCG-NJU/RTD-Action#15
            tiny-smart/dysample#19 MIC-DKFZ/nnUNet#1184 Beckschen/TransUNet#135
            kennymckormick/pyskl#156 hbzju/PiCO#2""",
}

# %%
# The counts: threads with the trouble, those in which a cause is named, and the cause
# that is named most often, or both of two.

rows, threads = [], 0
for question, text in answers.items():
    causes, cause = {}, ""
    for line in text.strip().splitlines():
        if ": " in line:
            cause, line = line.strip().split(": ")
        causes[cause] = causes.get(cause, 0) + len(line.split())
    threads += sum(causes.values())
    causes.pop("no trouble", None)
    troubled, unnamed = sum(causes.values()), causes.pop("not named")
    often = max(causes.values())
    first = " and ".join(cause for cause, count in causes.items() if count == often)
    rows.append([question, troubled, troubled - unnamed, first, often])
troubled, named = (sum(row[column] for row in rows) for column in (1, 2))
assert named < troubled / 2, "most threads end without a cause"

# %%
# A bar is as long as there are threads with the trouble.

fig, ax = plt.subplots(figsize=(5.6, 8), layout="constrained")
fig.set_label(
    "Eight bars, one for each question. "
    + " ".join(
        f"\u201c{question}\u201d: {count} threads, a cause in {known} of them, most often "
        f"{first}, in {often}."
        for question, count, known, first, often in rows
    )
)
for place, (question, count, known, first, often) in enumerate(rows):
    y = 2 * place
    parts = [
        ax.barh(y, often, color=WALKER),
        ax.barh(y, known - often, left=often, color=RIVAL),
        ax.barh(y, count - known, left=known, color=GRID),
    ]
    ax.text(
        0,
        y - 0.45,
        fill(question.split(",")[0], 40),
        color=INK,
        va="bottom",
        linespacing=1.2,
    )
    ax.text(count + 0.2, y, first, color=WALKER, va="center")
labels = ["named most often", "another cause", "no cause named"]
fig.legend(parts, labels, loc="outside lower center", ncols=3)
ax.set(title="Most threads end without a cause", xlabel="threads", xlim=(0, 18))
ax.set(yticks=[], ylim=(2 * len(rows) - 1.4, -1.6), xticks=range(0, 13, 2))
ax.grid(visible=False)

# %%
# What to notice: the counts are small, and those of one sample of one kind of place. Read
# them as "this happens", and not as how likely it is.

numbers = {"threads": threads, "troubled": troubled, "named": named, "rows": rows}
print(f"{threads} threads, {troubled} with the trouble, {named} with a cause")
for question, count, known, first, often in rows:
    print(f"{question}: {count}, a cause in {known}, {first} in {often}")

plt.show()
