//! Two notices of the demo association: one that all members must acknowledge, some of whom have by phone,
//! and a guideline for everybody; and one that is still being written.

use app::{
    db::Tx,
    error::{AppError, Result},
    files::{self, FileKind},
    ids::{FileId, NoticeId},
    notices::{
        self,
        model::{Audience, FileRole, Kind},
        store::{self, drafts::Content, reading},
    },
    state::AppState,
    time::Instant,
};
use serde::Serialize;

use super::Demo;
use crate::documents::TypstDocuments;

const RESUMPTION: &str = include_str!("resumption.md");
const GUIDELINE: &str = include_str!("guideline.md");
const DRAFT: &str = "一、装车前核对提货单、车号和品种。\n\n二、散装车出厂前清扫罐口并铅封。";

/// What the attachment prints.
#[derive(Serialize)]
struct Sheet {
    title: &'static str,
    lines: &'static [&'static str],
}

const CHECKLIST: Sheet = Sheet {
    title: "开机前自查表",
    lines: &[
        "在岗人员名单已核对，各班次有人负责",
        "磨机、输送和收尘设备已空载试运行",
        "筒仓库存已盘点，料位计读数一致",
        "化验室仪器已校准，留样柜已清理",
        "出入口有人值守，装卸区有隔离标识",
        "应急联系电话已张贴在中控室和门卫室",
    ],
};

const STEPS: Sheet = Sheet {
    title: "散装车进厂步骤",
    lines: &[
        "在门岗登记车号和提货单",
        "按标线排队，司机不下车",
        "过磅后到指定仓口装车",
        "铅封、复磅、领取质量证明",
        "按指定路线离厂",
    ],
};

pub async fn seed(state: &AppState, tx: &Tx, demo: &Demo) -> Result<()> {
    let deadline = Some(Instant::at(tx.now.plus(3 * Instant::DAY).day(), 17, 0));
    let resumption = Content {
        document_number: Some("沪泥通演示〔2026〕3号".to_owned()),
        acknowledge_by: deadline,
        must_acknowledge: true,
        ..content(Kind::Notice, "关于做好有序恢复生产和保供准备的通知", RESUMPTION, Audience::Members)
    };
    let notice = publish(state, tx, resumption, &CHECKLIST).await?;
    by_phone(tx, demo, notice).await?;
    let guideline = content(Kind::Guideline, "散装水泥车辆进厂装车指南", GUIDELINE, Audience::Public);
    publish(state, tx, guideline, &STEPS).await?;
    let draft = content(Kind::Notice, "关于规范散装车出厂管理的通知", DRAFT, Audience::Members);
    store::drafts::create(tx, NoticeId::new(), draft, &[]).await.map(drop)
}

fn content(kind: Kind, title: &str, body: &str, audience: Audience) -> Content {
    Content {
        kind,
        document_number: None,
        title: title.to_owned(),
        body: body.to_owned(),
        audience,
        audience_values: Vec::new(),
        must_acknowledge: false,
        acknowledge_by: None,
        reason: None,
    }
}

async fn publish(state: &AppState, tx: &Tx, content: Content, sheet: &Sheet) -> Result<NoticeId> {
    let notice = NoticeId::new();
    let file = attachment(state, tx, sheet).await?;
    store::drafts::create(tx, notice, content, &[(file, FileRole::Attachment)]).await?;
    let draft = store::draft(&**tx, notice).await?.ok_or(AppError::NotFound)?;
    notices::release(state, tx, &draft).await?;
    Ok(notice)
}

async fn attachment(state: &AppState, tx: &Tx, sheet: &Sheet) -> Result<FileId> {
    let pdf = TypstDocuments::new().demo_attachment(sheet).await.map_err(AppError::internal)?;
    files::add_made(&state.files, tx, &format!("{}.pdf", sheet.title), FileKind::Pdf, pdf.into()).await
}

/// Some members said by phone that they have it.
async fn by_phone(tx: &Tx, demo: &Demo, notice: NoticeId) -> Result<()> {
    let version = store::current(&**tx, notice).await?;
    for member in demo.members.members.iter().skip(2).step_by(3) {
        let what = (notice, version.id);
        reading::acknowledge(tx, what, &[member.id], demo.office.staff, Some("来电确认，已转生产部")).await?;
    }
    Ok(())
}
