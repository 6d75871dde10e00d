//! Somebody must sign in first. A page leads to the sign-in and back; a posted form is kept over it,
//! typed values and all, so that a session that ran out costs nobody their work. Files are not kept; the
//! page after the sign-in names them and lets them be chosen again.

use axum::{
    extract::Request,
    http::{Method, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::page;
use crate::{
    current::Current,
    error::{AppError, Result},
    files,
    form::{
        Form,
        request::{self, Pairs},
    },
    state::AppState,
    text::Message,
};

/// The field in which the sign-in carries a kept form.
pub const FIELD: &str = "resume";
/// Most bytes of a kept form as it travels; an ordinary form at its bound takes half of it.
pub const LIMIT: usize = 4 * 1024 * 1024;

/// Leads to the sign-in, carrying a posted form along.
pub async fn interrupted(state: &AppState, current: &Current, request: Request) -> Response {
    if request.method() == Method::GET {
        let query = serde_html_form::to_string([("next", &current.here)]).unwrap_or_default();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    match keep(request).await {
        Ok(kept) => {
            let mut form = Form::new("accounts.field");
            form.set("next", &current.here);
            form.set(FIELD, kept);
            page::sign_in(state, current, &form, StatusCode::UNAUTHORIZED)
        }
        Err(error) => error.into_response(),
    }
}

async fn keep(request: Request) -> Result<String> {
    let (form, files) = files::texts(request).await?;
    let packed = Kept { pairs: form.pairs().to_vec(), files }.pack()?;
    // Room for the address, the account and the password beside it.
    if packed.len() > LIMIT - 16 * 1024 {
        return Err(request::beyond_bounds());
    }
    Ok(packed)
}

/// A form that waits for the sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pairs: Vec<(String, String)>,
    /// Field and name of every file that was not kept.
    pub files: Vec<(String, String)>,
}

impl Kept {
    /// As a text that a form can carry without growing.
    fn pack(&self) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).map_err(AppError::internal)?))
    }

    /// Reads what `pack` wrote; it went through a browser and may be anything.
    pub fn unpack(packed: &str) -> Result<Self> {
        let unreadable = || AppError::Refused(Message::of("error.unreadable"));
        let bytes = URL_SAFE_NO_PAD.decode(packed).map_err(|_| unreadable())?;
        serde_json::from_slice(&bytes).map_err(|_| unreadable())
    }

    /// What was typed, within the bounds of the longest form.
    pub fn form(&self) -> Result<Form> {
        let mut pairs = Pairs::within(request::LONG_FORM);
        for (name, value) in &self.pairs {
            pairs.add(name.clone(), value.clone())?;
        }
        Ok(pairs.form())
    }

    /// The names of the files that were not kept, in one line.
    pub fn file_names(&self) -> String {
        self.files.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_form_comes_back_whole_and_nonsense_is_refused() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let kept = Kept {
            pairs: vec![pair("body", "第一行\r\n“第二行”&=+"), pair("body", "")],
            files: vec![pair("files", "照片.jpg"), pair("files", "a.pdf")],
        };
        let packed = kept.pack().unwrap();
        assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(Kept::unpack(&packed).unwrap(), kept);
        assert_eq!(kept.file_names(), "照片.jpg, a.pdf");
        for nonsense in ["", "%", "e30", "title=a&body=b"] {
            assert!(Kept::unpack(nonsense).is_err(), "{nonsense}");
        }
    }
}
